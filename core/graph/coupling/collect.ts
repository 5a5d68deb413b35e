// Turns what the coupling pass found into groups: each run of channels with every parameter slice that goes with it.
import { fits, misfit } from '../../sparsity/fit';
import type { GraphNode } from '../model-graph';
import type { AffineRun, GroupMember, PruneGroup } from './group';
import type { Segments, Span } from './spans';
import type { Claim, Tracker } from './tracker';

interface Gathered {
  readonly members: GroupMember[];
  readonly producers: Set<GraphNode>;
  /** Whether only free parameters hold these channels. */
  free: boolean;
}

/** A group for every leaf span that a parameter claims. */
export function collect(tracker: Tracker): Map<Span, PruneGroup> {
  const found = new Map<Span, Gathered>();
  // Parameters of one BatchNorm claim the very same list, so its runs are made once and shared.
  const shared = new Map<Segments, ReadonlyMap<Span, readonly AffineRun[]>>();
  for (const claim of tracker.claims.values()) {
    const runs = shared.get(claim.segments) ?? runsOf(tracker, claim);
    shared.set(claim.segments, runs);
    for (const [span, spanRuns] of runs) {
      const group = found.get(span) ?? { members: [], producers: new Set(), free: true };
      found.set(span, group);
      group.members.push({ param: claim.param, axis: claim.axis, role: claim.role, runs: spanRuns });
      group.free &&= claim.free;
      for (const node of claim.producers) group.producers.add(node);
    }
  }
  const ids = new Map<string, number>();
  const groups = new Map<Span, PruneGroup>();
  for (const [span, { members, producers, free }] of found) {
    // Rows of a table of positions, say: nobody would think of them as channels.
    if (free) continue;
    const prunable = prunableSpan(span);
    const id = uniqueId(firstPath(producers) ?? span.label, ids);
    const makers = [...producers].map((node) => node.id);
    groups.set(span, { id, channels: span.channels, members, prunable, producers: makers });
  }
  return groups;
}

function prunableSpan({ blocked, channels }: Span) {
  if (blocked !== undefined) return misfit(blocked);
  return channels > 1 ? fits : misfit('has a single channel, which cannot be removed');
}

/** Where each leaf's channels sit on a claimed axis. A leaf that occurs several times has several runs. */
function runsOf(tracker: Tracker, claim: Claim): Map<Span, AffineRun[]> {
  const runs = new Map<Span, AffineRun[]>();
  let start = 0;
  for (const { span, width } of tracker.spans.leaves(claim.segments, claim.param)) {
    const run = { channel: 0, count: span.channels, start, stride: width, width };
    const others = runs.get(span);
    if (others) others.push(run);
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
export function uniqueId(name: string, ids: Map<string, number>): string {
  const count = (ids.get(name) ?? 0) + 1;
  ids.set(name, count);
  return count === 1 ? name : `${name}#${count}`;
}
