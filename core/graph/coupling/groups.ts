// Finds which channels can only be removed together, by following every value's channels through the graph.
import { fits, misfit } from '../../sparsity/fit';
import type { GraphNode, ModelGraph } from '../model-graph';
import { ops } from '../ops/table';
import type { AffineRun, GroupMember, PruneGroup } from './group';
import { interpreters } from './rules';
import { maxWork, type Segments, type Span, TooManyPieces } from './spans';
import { type Claim, feedsOutput, placeOf, Tracker } from './tracker';

/**
 * The prune groups of a graph, in the order in which their channels are made. Takes time linear in the nodes and the
 * pieces that concatenations leave; a graph of pathologically many pieces comes back with every group refused.
 */
export function findGroups(graph: ModelGraph): PruneGroup[] {
  const tracker = new Tracker(graph);
  try {
    for (const id of graph.inputs) tracker.fix(id, 'input', "is the model's input");
    for (const node of graph.nodes) follow(node, tracker);
    for (const id of graph.outputs) tracker.block(id, feedsOutput);
    return collect(tracker);
  } catch (error) {
    if (error instanceof TooManyPieces) return refuseAll(graph, error.message);
    throw error;
  }
}

function follow(node: GraphNode, tracker: Tracker): void {
  const rule = ops.get(node.op)?.couple;
  const interpret = rule && interpreters[rule];
  if (interpret) interpret(node, tracker);
  else tracker.barrier(node);
}

interface Gathered {
  readonly members: GroupMember[];
  readonly producers: Set<GraphNode>;
}

/** Turns claims on segments into groups of leaf spans. */
function collect(tracker: Tracker): PruneGroup[] {
  const found = new Map<Span, Gathered>();
  // Parameters of one BatchNorm claim the very same list, so its runs are made once and shared.
  const known = new Map<Segments, ReadonlyMap<Span, readonly AffineRun[]>>();
  for (const claim of tracker.claims.values()) {
    const runs = known.get(claim.segments) ?? runsOf(tracker, claim);
    known.set(claim.segments, runs);
    for (const [span, spanRuns] of runs) {
      const group = found.get(span) ?? { members: [], producers: new Set() };
      found.set(span, group);
      group.members.push({ param: claim.param, axis: claim.axis, role: claim.role, runs: spanRuns });
      for (const node of claim.producers) group.producers.add(node);
    }
  }
  const ids = new Map<string, number>();
  return [...found].map(([span, { members, producers }]) => ({
    id: uniqueId(firstPath(producers) ?? span.label, ids),
    channels: span.channels,
    members,
    prunable: span.blocked
      ? misfit(span.blocked)
      : span.channels > 1
        ? fits
        : misfit('has a single channel, which cannot be removed'),
    producers: [...producers].map(({ id }) => id),
  }));
}

/** Where each leaf's channels sit on a claimed axis. A leaf that occurs several times has several runs. */
function runsOf(tracker: Tracker, claim: Claim): Map<Span, AffineRun[]> {
  const runs = new Map<Span, AffineRun[]>();
  let start = 0;
  for (const { span, width } of tracker.spans.leaves(claim.segments, claim.param)) {
    const run = { channel: 0, count: span.channels, start, stride: width, width };
    const known = runs.get(span);
    if (known) known.push(run);
    else runs.set(span, [run]);
    start += span.channels * width;
  }
  return runs;
}

const firstPath = (producers: ReadonlySet<GraphNode>): string | undefined => {
  const [first] = producers;
  return first && (first.path || first.op);
};

/** `layer1.0.conv1`, and `layer1.0.conv1#2` for a second group of the same layer. */
function uniqueId(name: string, ids: Map<string, number>): string {
  const count = (ids.get(name) ?? 0) + 1;
  ids.set(name, count);
  return count === 1 ? name : `${name}#${count}`;
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
