// Gathers tied channels into groups: channels that appear in the same places belong together.
import { fits, misfit } from '../../sparsity/fit';
import type { ModelGraph, NodeId, ParamName } from '../model-graph';
import type { ChannelSets } from './channel-sets';
import type { GroupMember, PruneGroup } from './group';
import { toRuns } from './runs';

/** One axis of one parameter, with the channel at each of its positions. */
export interface Binding {
  readonly param: ParamName;
  readonly axis: number;
  readonly ids: Uint32Array;
  readonly role: GroupMember['role'];
  /** The node that bound it first. */
  readonly node: NodeId;
}

interface Gathering {
  /** Roots in the order in which they were first seen: the group's channels. */
  readonly channelOf: Map<number, number>;
  readonly bindings: readonly number[];
}

export function collectGroups(
  graph: ModelGraph,
  sets: ChannelSets,
  bindings: readonly Binding[],
): PruneGroup[] {
  const paths = new Map(graph.nodes.map(({ id, path, op }) => [id, path || op]));
  const names = new Map<string, number>();
  return gather(sets, bindings).map(({ channelOf, bindings: used }) => {
    const members = used.map((index) => member(sets, bindings[index]!, channelOf));
    const makers = used.map((index) => bindings[index]!).filter(({ role }) => role === 'out');
    const producers = [...new Set(makers.map(({ node }) => node))];
    const [root] = channelOf.keys();
    const reason =
      sets.reasonFor(root!) ?? (producers.length === 0 ? 'no layer of the model makes them' : undefined);
    return {
      id: uniqueName(names, paths.get(producers[0] ?? bindings[used[0]!]!.node)!),
      channels: channelOf.size,
      members,
      prunable: reason === undefined ? fits : misfit(`its channels cannot be removed: ${reason}`),
      producers,
    };
  });
}

/** Sorts channels by the set of places they appear in; each set is a group. */
function gather(sets: ChannelSets, bindings: readonly Binding[]): Gathering[] {
  const places = new Map<number, number[]>();
  bindings.forEach(({ ids }, index) => {
    for (const id of ids) {
      const root = sets.find(id);
      const seen = places.get(root);
      if (!seen) places.set(root, [index]);
      else if (seen.at(-1) !== index) seen.push(index);
    }
  });
  const groups = new Map<string, Gathering>();
  for (const [root, used] of places) {
    // A blocked channel must not drag free ones into its fate, nor the other way round.
    const key = `${used.join(' ')} ${sets.reasonFor(root) ?? ''}`;
    const group = groups.get(key) ?? { channelOf: new Map<number, number>(), bindings: used };
    groups.set(key, group);
    group.channelOf.set(root, group.channelOf.size);
  }
  return [...groups.values()];
}

function member(sets: ChannelSets, binding: Binding, channelOf: ReadonlyMap<number, number>): GroupMember {
  const { param, axis, role, ids } = binding;
  const channelAt = Int32Array.from(ids, (id) => channelOf.get(sets.find(id)) ?? -1);
  return { param, axis, role, runs: toRuns(channelAt) };
}

function uniqueName(names: Map<string, number>, name: string): string {
  const count = (names.get(name) ?? 0) + 1;
  names.set(name, count);
  return count === 1 ? name : `${name} #${count}`;
}
