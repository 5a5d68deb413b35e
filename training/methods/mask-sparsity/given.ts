// A mask that somebody gives: the channels that stay, by BatchNorm, as text in a recipe.
import type { GroupId, PruneGroup } from '../../../core/graph/coupling/group';
import type { ModelGraph } from '../../../core/graph/model-graph';

/**
 * Reads `stem.bn: 0-3, 7; layer1.0.bn1: 2-5`. Groups that are not named stay whole; one BatchNorm speaks for its group.
 * Throws one line: what is wrong with which entry.
 */
export function givenKeep(
  text: string,
  graph: ModelGraph,
  groups: readonly PruneGroup[],
): Map<GroupId, Uint32Array> {
  const kept = new Map<GroupId, Uint32Array>();
  for (const entry of text.split(';')) {
    if (entry.trim() === '') continue;
    const colon = entry.indexOf(':');
    const path = entry.slice(0, colon).trim();
    if (colon < 0 || path === '')
      throw new Error(
        `keep holds ${entry.trim()}; write a BatchNorm and what stays, such as layer1.bn: 0-3, 7`,
      );
    const scale = graph.nodes.find((node) => node.op === 'batchNorm2d' && node.path === path)?.params[
      'weight'
    ];
    const group = groups.find(({ members }) => members.some(({ param }) => param === scale));
    if (scale === undefined || !group)
      throw new Error(
        `keep names ${path}, which is no BatchNorm of ${graph.name} whose channels can be removed`,
      );
    const channels = channelsOf(entry.slice(colon + 1), path, group.channels);
    const before = kept.get(group.id);
    if (before && before.join() !== channels.join())
      throw new Error(`keep gives ${path} other channels than a layer that shares them: name one of the two`);
    kept.set(group.id, channels);
  }
  if (kept.size === 0) throw new Error('maskSource is given, so keep has to say which channels stay');
  return kept;
}

function channelsOf(text: string, path: string, count: number): Uint32Array {
  const stays = new Set<number>();
  for (const part of text.split(',')) {
    const range = /^\s*(\d{1,9})(?:\s*-\s*(\d{1,9}))?\s*$/.exec(part);
    if (!range)
      throw new Error(`keep of ${path} holds "${part.trim()}"; write numbers and ranges such as 0-3, 7`);
    const [first, last] = [Number(range[1]), Number(range[2] ?? range[1])];
    if (last < first || last >= count)
      throw new Error(`keep of ${path} holds ${part.trim()}, and its channels are 0-${count - 1}`);
    for (let channel = first; channel <= last; channel++) stays.add(channel);
  }
  return Uint32Array.from(stays).sort();
}
