// Finds which channels can only be removed together, by following every value's channels through the graph.
import { misfit } from '../../sparsity/fit';
import type { ModelGraph, ValueId } from '../model-graph';
import { ops } from '../ops/table';
import { collect, uniqueId } from './collect';
import type { GroupId, GroupMember, PruneGroup } from './group';
import { interpreters } from './rules/table';
import { maxWork, type Span, TooManyPieces } from './spans';
import { feedsOutput, placeOf, Tracker } from './tracker';

/** What removing channels does: to parameters by way of the groups, to values by way of their axes. */
export interface Coupling {
  /** In the order in which their channels are made. */
  readonly groups: readonly PruneGroup[];
  /**
   * The axes of a value that lose positions when channels go.
   * @param dropped one entry a channel, 1 where it goes.
   */
  cuts(value: ValueId, dropped: ReadonlyMap<GroupId, Uint8Array>): readonly AxisCut[];
  /** The axes of a value that carry groups, and how many positions one channel of each takes there. */
  carried(value: ValueId): readonly CarriedAxis[];
}

export interface CarriedAxis {
  readonly axis: number;
  readonly widths: ReadonlyMap<GroupId, number>;
}

export interface AxisCut {
  readonly axis: number;
  /** One entry a position of the axis, 1 where it stays. */
  readonly keep: Uint8Array;
}

const known = new WeakMap<ModelGraph, Coupling>();

/**
 * Takes time linear in the nodes and the pieces that concatenations leave; a graph of pathologically many pieces comes
 * back with every group refused. A graph is asked once: surgery asks for the same one many times over.
 */
export function couple(graph: ModelGraph): Coupling {
  const coupling = known.get(graph) ?? best(graph);
  known.set(graph, coupling);
  return coupling;
}

/** Beyond this, looking for a better reading of split axes would be felt while typing. */
const maxAttempts = 12;
const maxEffort = 300_000;

interface Attempt {
  readonly tracker: Tracker;
  readonly found: ReadonlyMap<Span, PruneGroup>;
  readonly prunable: number;
}

/**
 * Where an axis is split (`heads, width`), one part is followed. When the one that was chosen cannot be pruned, the
 * others are tried, for all splits of the same form, and whatever leaves more groups to prune is kept.
 */
function best(graph: ModelGraph): Coupling {
  try {
    const choices = new Map<string, number>();
    let chosen = attempt(graph, choices);
    const tried = new Set<string>();
    for (let attempts = 0, effort = chosen.tracker.spans.effort; attempts < maxAttempts;) {
      const split = chosen.tracker.splits.find(
        ({ form, followed }) => !tried.has(form) && !isFree(chosen, followed),
      );
      if (!split || effort > maxEffort) break;
      tried.add(split.form);
      for (let option = 1; option < split.options && attempts < maxAttempts; option++, attempts++) {
        const other = attempt(graph, new Map(choices).set(split.form, option));
        effort += other.tracker.spans.effort;
        if (other.prunable <= chosen.prunable) continue;
        chosen = other;
        choices.set(split.form, option);
      }
    }
    return couplingOf(chosen);
  } catch (error) {
    if (error instanceof TooManyPieces)
      return { groups: refuseAll(graph, error.message), cuts: () => [], carried: () => [] };
    throw error;
  }
}

/** Whether all channels of a span can be removed. */
const isFree = ({ tracker }: Attempt, span: Span): boolean =>
  tracker.spans
    .leaves([{ span, width: 1 }], span.label)
    .every(({ span: leaf }) => leaf.blocked === undefined && leaf.channels > 1);

function attempt(graph: ModelGraph, choices: ReadonlyMap<string, number>): Attempt {
  const tracker = new Tracker(graph, choices);
  for (const id of graph.inputs) tracker.fix(id, 'input', "is the model's input");
  for (const node of graph.nodes) {
    const rule = ops.get(node.op)?.couple;
    if (rule) interpreters[rule](node, tracker);
    else tracker.barrier(node);
    tracker.inherit(node);
  }
  for (const id of graph.outputs) tracker.block(id, feedsOutput);
  const found = collect(tracker);
  const prunable = [...found.values()].filter(({ prunable: fit }) => fit.ok).length;
  return { tracker, found, prunable };
}

function couplingOf({ tracker, found }: Attempt): Coupling {
  return {
    groups: [...found.values()],
    cuts(value, dropped) {
      tracker.spans.renew();
      const cuts = [...tracker.axes(value)].map(([axis, segments]): AxisCut => {
        const keep: number[] = [];
        for (const { span, width } of tracker.spans.leaves(segments, value)) {
          const gone = dropped.get(found.get(span)?.id ?? '');
          for (let i = 0; i < span.channels * width; i++)
            keep.push(gone?.[Math.floor(i / width)] === 1 ? 0 : 1);
        }
        return { axis, keep: Uint8Array.from(keep) };
      });
      return cuts.filter(({ keep }) => keep.includes(0)).sort((a, b) => a.axis - b.axis);
    },
    carried(value) {
      tracker.spans.renew();
      return [...tracker.axes(value)].map(([axis, segments]): CarriedAxis => {
        const widths = new Map<GroupId, number>();
        for (const { span, width } of tracker.spans.leaves(segments, value)) {
          const id = found.get(span)?.id;
          if (id !== undefined) widths.set(id, (widths.get(id) ?? 0) + width);
        }
        return { axis, widths };
      });
    },
  };
}

/** One group a layer, none prunable: what is left to say when following the channels would take too long. */
function refuseAll(graph: ModelGraph, culprit: string): PruneGroup[] {
  const ids = new Map<string, number>();
  const prunable = misfit(`channels tie in more than ${maxWork} pieces by ${culprit}`);
  return graph.nodes.flatMap((node) => {
    const weight = graph.params[node.params['weight'] ?? ''];
    const axis = weight?.axes.indexOf('out') ?? -1;
    if (!weight || axis < 0) return [];
    const channels = weight.shape[axis]!;
    const runs = [{ channel: 0, count: channels, start: 0, stride: 1, width: 1 }];
    const member: GroupMember = { param: weight.name, axis, role: 'out', runs };
    const id = uniqueId(node.path || placeOf(node), ids);
    return [{ id, channels, members: [member], prunable, producers: [node.id] }];
  });
}
