// Coupling of layers with a weight matrix: convolutions of every grouping, and linears.
import { isDepthwise } from '../conventions';
import { imageAxes } from '../op';
import type { GraphNode } from '../model-graph';
import { maxPieces, type Segments } from './spans';
import { placeOf, type Tracker } from './tracker';

export function mix(node: GraphNode, tracker: Tracker): void {
  const weight = tracker.graph.params[node.params['weight'] ?? ''];
  const [x = ''] = node.inputs;
  if (!weight) return tracker.barrier(node);
  const isImage = weight.axes.includes('height');
  const axis = isImage ? imageAxes(tracker.graph.layout).channel : tracker.shape(x).length - 1;
  const layer: Layer = {
    inAxis: weight.axes.indexOf('in'),
    outAxis: weight.axes.indexOf('out'),
    channels: Number(tracker.shape(x)[axis]),
    outputs: weight.shape[weight.axes.indexOf('out')] ?? 0,
    groups: Number(node.attrs['groups'] ?? 1),
  };
  if (layer.groups > maxPieces && !isDepthwise(node.op, node.attrs)) return tracker.barrier(node);
  const inputs = tracker.take(node, x, axis);
  const outputs = isDepthwise(node.op, node.attrs)
    ? depthwise(node, tracker, layer, inputs)
    : grouped(node, tracker, layer, inputs);
  tracker.write(node, node.outputs[0], axis, outputs);
}

interface Layer {
  readonly inAxis: number;
  readonly outAxis: number;
  readonly channels: number;
  readonly outputs: number;
  readonly groups: number;
}

/** Output channel j belongs to input channel ⌊j / multiplier⌋ and goes with it. */
function depthwise(node: GraphNode, tracker: Tracker, layer: Layer, inputs: Segments): Segments {
  const multiplier = layer.outputs / layer.channels;
  const outputs = inputs.map(({ span, width }) => ({ span, width: width * multiplier }));
  claimOutputs(node, tracker, layer, 'channel', outputs);
  return outputs;
}

/**
 * The plain case has one group. With more, every group keeps the same number of channels: channel i of each group of
 * inputs (or outputs) goes together with channel i of all others, so that the smaller layer is a grouped one again.
 */
function grouped(node: GraphNode, tracker: Tracker, layer: Layer, inputs: Segments): Segments {
  const { groups, inAxis, outAxis } = layer;
  const weight = node.params['weight'];
  if (groups === 1) tracker.claim(node, weight, inAxis, 'in', inputs);
  else {
    const perGroup = tracker.fresh(node, layer.channels / groups);
    tracker.spans.unify(inputs, repeat(perGroup, groups), placeOf(node));
    tracker.claim(node, weight, inAxis, 'in', perGroup);
  }
  const outputs =
    tracker.claimed(weight, outAxis) ?? repeat(tracker.fresh(node, layer.outputs / groups), groups);
  claimOutputs(node, tracker, layer, 'out', outputs);
  return outputs;
}

function claimOutputs(
  node: GraphNode,
  tracker: Tracker,
  { outAxis }: Layer,
  role: 'out' | 'channel',
  outputs: Segments,
): void {
  tracker.claim(node, node.params['weight'], outAxis, role, outputs);
  tracker.claim(node, node.params['bias'], 0, role, outputs);
}

const repeat = (segments: Segments, times: number): Segments =>
  Array.from({ length: times }, () => segments).flat();
