// Coupling of ops that leave channels where they are: activations, normalisations, windows.
import { channelAxis } from '../../op';
import type { GraphNode } from '../../model-graph';
import { maxPieces, type Segments } from '../spans';
import { placeOf, type Tracker } from '../tracker';
import { carry, repeat } from './interpret';

export function pass(node: GraphNode, tracker: Tracker): void {
  const [x = ''] = node.inputs;
  if (Object.keys(node.params).length > 0) claimChannels(node, tracker);
  carry(node, tracker, x, (axis) => axis);
}

/** Gives a node's vectors, one value a channel, to the channels of its input. */
function claimChannels(node: GraphNode, tracker: Tracker): Segments {
  const [x = ''] = node.inputs;
  const axis = channelAxis(tracker.shape(x).length, tracker.graph.layout);
  const segments = tracker.take(node, x, axis);
  for (const param of Object.values(node.params)) {
    // PReLU may have one slope for all channels.
    const [size] = tracker.graph.params[param]?.shape ?? [];
    if (size === tracker.shape(x)[axis]) tracker.claim(node, param, 0, 'channel', segments);
  }
  return segments;
}

export function passLast(node: GraphNode, tracker: Tracker): void {
  const [x = ''] = node.inputs;
  const rank = tracker.shape(x).length;
  for (const [axis, segments] of tracker.axes(x)) {
    for (const param of Object.values(node.params)) {
      // Channels in front of the normalised axes pass by the parameters.
      const own = axis - rank + (tracker.graph.params[param]?.shape.length ?? 0);
      tracker.claim(node, param, own, 'channel', segments);
    }
  }
  carry(node, tracker, x, (axis) => axis);
}

/** Channel i of each group goes together with channel i of all others, so that groups stay equally wide. */
export function groups(node: GraphNode, tracker: Tracker): void {
  const [x = ''] = node.inputs;
  const axis = channelAxis(tracker.shape(x).length, tracker.graph.layout);
  const channels = Number(tracker.shape(x)[axis]);
  const count = Number(node.attrs['groups'] ?? channels);
  if (count > maxPieces && count < channels) return tracker.barrier(node);
  const segments = claimChannels(node, tracker);
  tracker.take(node, x, axis);
  if (count > 1 && count < channels)
    tracker.spans.unify(segments, repeat(tracker.fresh(node, channels / count), count), placeOf(node));
  carry(node, tracker, x, (other) =>
    other === axis || other === 0 ? other : `is normalised over by ${placeOf(node)}`,
  );
}

export function window(node: GraphNode, tracker: Tracker): void {
  const [x = ''] = node.inputs;
  const axis = channelAxis(tracker.shape(x).length, tracker.graph.layout);
  tracker.take(node, x, axis);
  carry(node, tracker, x, (other) =>
    other === axis || other === 0 ? other : `lies across the channels of ${placeOf(node)}`,
  );
}
