// Coupling of layers with a weight matrix: convolutions of every grouping, and linears.
import { isDepthwise, roleAxis } from '../../conventions';
import type { GraphNode } from '../../model-graph';
import { channelAxis } from '../../op';
import { maxPieces, type Segments } from '../spans';
import { placeOf, type Tracker } from '../tracker';
import { carry, repeat } from './interpret';

export function mix(node: GraphNode, tracker: Tracker): void {
  const { framework, layout, params } = tracker.graph;
  const [x = '', y = ''] = [node.inputs[0], node.outputs[0]];
  if (!params[node.params['weight'] ?? '']) return tracker.barrier(node);
  const rank = tracker.shape(x).length;
  const axis = node.op === 'linear' ? rank - 1 : channelAxis(rank, layout);
  const layer: Layer = {
    inAxis: roleAxis(framework, node, 'weight', 'in'),
    outAxis: roleAxis(framework, node, 'weight', 'out'),
    channels: Number(tracker.shape(x)[axis]),
    outputs: Number(tracker.shape(y)[axis]),
    groups: Number(node.attrs['groups'] ?? 1),
    transposed: node.op.startsWith('convTranspose'),
  };
  const depthwise = isDepthwise(node.op, node.attrs);
  if (layer.groups > maxPieces && !depthwise) return tracker.barrier(node);
  const inputs = tracker.take(node, x, axis);
  // A linear works on the last axis of anything; a convolution slides over all the others but the batch.
  carry(node, tracker, x, (other) => {
    if (other === axis) return undefined;
    return node.op === 'linear' || other === 0 ? other : `lies across the channels of ${placeOf(node)}`;
  });
  const outputs = (depthwise ? alone : grouped)(node, tracker, layer, inputs);
  tracker.claim(node, node.params['bias'], 0, depthwise ? 'channel' : 'out', outputs);
  tracker.write(node, y, axis, outputs);
}

interface Layer {
  readonly inAxis: number;
  readonly outAxis: number;
  readonly channels: number;
  readonly outputs: number;
  readonly groups: number;
  readonly transposed: boolean;
}

/** Depthwise: output channel j belongs to input channel ⌊j / multiplier⌋ and goes with it. */
function alone(node: GraphNode, tracker: Tracker, layer: Layer, inputs: Segments): Segments {
  const multiplier = layer.outputs / layer.channels;
  const outputs = inputs.map(({ span, width }) => ({ span, width: width * multiplier }));
  const weight = node.params['weight'];
  const { shape = [] } = tracker.graph.params[weight ?? ''] ?? {};
  // Keras gives the multiplier an axis of its own beside that of the inputs.
  const apart = multiplier > 1 && shape[layer.outAxis] === layer.channels;
  if (layer.transposed) tracker.claim(node, weight, layer.inAxis, 'channel', inputs);
  else if (apart) tracker.claim(node, weight, layer.outAxis, 'channel', inputs);
  else tracker.claim(node, weight, layer.outAxis, 'channel', outputs);
  return outputs;
}

/**
 * The plain case has one group. With more, every group keeps the same number of channels: channel i of each group of
 * inputs (or outputs) goes together with channel i of all others, so that the smaller layer is a grouped one again.
 * Of the two channel axes of a grouped weight one spans all groups, the other a single one; transposed, they swap.
 */
function grouped(node: GraphNode, tracker: Tracker, layer: Layer, inputs: Segments): Segments {
  const { groups, inAxis, outAxis, transposed } = layer;
  const weight = node.params['weight'];
  const perGroup = groups === 1 ? inputs : tracker.fresh(node, layer.channels / groups);
  if (groups > 1) tracker.spans.unify(inputs, repeat(perGroup, groups), placeOf(node));
  tracker.claim(node, weight, inAxis, 'in', transposed ? inputs : perGroup);
  const known = tracker.claimed(weight, outAxis);
  if (transposed) {
    const made = known ?? tracker.fresh(node, layer.outputs / groups);
    tracker.claim(node, weight, outAxis, 'out', made);
    return repeat(made, groups);
  }
  const outputs = known ?? repeat(tracker.fresh(node, layer.outputs / groups), groups);
  tracker.claim(node, weight, outAxis, 'out', outputs);
  return outputs;
}
