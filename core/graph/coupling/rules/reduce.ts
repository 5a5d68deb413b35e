// Coupling of ops that put all positions of an axis together: means, softmax, sorting.
import { axesOf } from '../../attributes';
import type { GraphNode, ValueId } from '../../model-graph';
import { sameShape } from '../../shape';
import { feedsOutput, placeOf, type Tracker } from '../tracker';
import { carry } from './interpret';

export function reduce(node: GraphNode, tracker: Tracker): void {
  const [[x = ''], [y = '']] = [node.inputs, node.outputs];
  const rank = tracker.shape(x).length;
  const axes = axesOf(node.attrs, rank);
  const dropped = tracker.shape(y).length < rank;
  // A closing softmax is not what stands in the way: classes are fixed anyway.
  const closes = tracker.graph.outputs.includes(y) && sameShape(tracker.shape(x), tracker.shape(y));
  carry(node, tracker, x, (axis) => {
    if (!axes.includes(axis)) return axis - (dropped ? axes.filter((other) => other < axis).length : 0);
    if (closes) return feedsOutput;
    return isStatistic(node, axis, tracker) ? undefined : `is reduced over by ${placeOf(node)}`;
  });
}

export function reorder(node: GraphNode, tracker: Tracker): void {
  const [x = ''] = node.inputs;
  const axes = axesOf(node.attrs, tracker.shape(x).length);
  carry(node, tracker, x, (axis) => (axes.includes(axis) ? `is reordered by ${placeOf(node)}` : axis));
}

const statistics = new Set(['mean', 'var', 'std']);
const scalings = new Set([
  'add',
  'sub',
  'mul',
  'div',
  'maximum',
  'clamp',
  'pow',
  'sqrt',
  'rsqrt',
  'reciprocal',
]);
const applications = new Set(['sub', 'mul', 'div']);
/** Steps between a mean and what it normalises; people write three or four. */
const maxSteps = 8;

/**
 * Whether a mean is a normalisation written by hand, such as `x * rsqrt(x.pow(2).mean(-1, keepdim=True) + eps)`: then
 * channels may go, and the statistic is taken over those that are left, as in a layer norm.
 */
function isStatistic(node: GraphNode, axis: number, tracker: Tracker): boolean {
  if (!statistics.has(node.op) || node.attrs['keepDims'] !== true) return false;
  const isNormaliser = (y: ValueId, steps: number): boolean => {
    const readers = tracker.readers(y);
    if (steps > maxSteps || readers.length === 0 || tracker.graph.outputs.includes(y)) return false;
    return readers.every((reader) => {
      const [other] = reader.inputs.filter((id) => id !== y);
      if (other === undefined) return scalings.has(reader.op) && isNormaliser(reader.outputs[0]!, steps + 1);
      // It is scaled by a learnt number, or it scales what has the channels.
      const wide = tracker.shape(other)[axis - tracker.shape(y).length + tracker.shape(other).length];
      if (wide === undefined || wide === 1)
        return scalings.has(reader.op) && isNormaliser(reader.outputs[0]!, steps + 1);
      return applications.has(reader.op);
    });
  };
  return isNormaliser(node.outputs[0]!, 0);
}
