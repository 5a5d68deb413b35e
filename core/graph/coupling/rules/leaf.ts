// Coupling of what channels start from: free parameters, constants, and tables that are looked up.
import { roleAxis } from '../../conventions';
import type { Attrs, GraphNode } from '../../model-graph';
import { axisOf } from '../../shape';
import { placeOf, type Tracker } from '../tracker';
import { carry } from './interpret';

export function parameter(node: GraphNode, tracker: Tracker): void {
  const [[y = ''], param] = [node.outputs, node.params['value']];
  if (param !== undefined && tracker.graph.params[param]?.dtype !== 'float32')
    return tracker.fix(y, param, 'meets a table of positions');
  tracker.shape(y).forEach((size, axis) => {
    const segments = tracker.claimed(param, axis) ?? tracker.fresh(node, Number(size), param);
    tracker.claim(node, param, axis, 'channel', segments, true);
    tracker.write(node, y, axis, segments);
  });
}

export function constant(node: GraphNode, tracker: Tracker): void {
  const [y = ''] = node.outputs;
  if (node.attrs['fill'] === undefined) return tracker.fix(y, node.path || node.op, 'meets a constant');
  // The same number everywhere is as good when there is less of it.
  tracker.shape(y).forEach((size, axis) => {
    if (typeof size === 'number' && size > 1) tracker.write(node, y, axis, tracker.fresh(node, size));
  });
}

export function embedding(node: GraphNode, tracker: Tracker): void {
  const [[x = ''], [y = '']] = [node.inputs, node.outputs];
  const { framework } = tracker.graph;
  const [weight, rank] = [node.params['weight'], tracker.shape(y).length];
  carry(node, tracker, x, (axis) => axis);
  const [features, rows] = [
    roleAxis(framework, node, 'weight', 'out'),
    roleAxis(framework, node, 'weight', 'other'),
  ];
  const vocabulary = tracker.fixed(
    Number(node.attrs['count']),
    node.path,
    `is looked up by ${placeOf(node)}`,
  );
  tracker.claim(node, weight, rows, 'channel', vocabulary, true);
  const segments = tracker.claimed(weight, features) ?? tracker.fresh(node, Number(node.attrs['features']));
  tracker.claim(node, weight, features, 'out', segments);
  tracker.write(node, y, rank - 1, segments);
}

/** Axes are picked from, and give way to those of the positions; the others pass. */
export function index(node: GraphNode, tracker: Tracker): void {
  const [[x = ''], [y = '']] = [node.inputs, node.outputs];
  const picked = pickedAxes(node.attrs, tracker.shape(x).length);
  const [first = 0] = picked;
  // Where picked axes stand apart, what comes out stands first: too rare to follow.
  if (picked.length === 0 || picked.some((axis, i) => axis !== first + i)) return tracker.barrier(node);
  const more = tracker.shape(y).length - tracker.shape(x).length;
  carry(node, tracker, x, (axis) => {
    if (picked.includes(axis)) return `is picked from by ${placeOf(node)}`;
    return axis < first ? axis : axis + more;
  });
}

function pickedAxes({ axis, axes }: Attrs, rank: number): number[] {
  const named = Array.isArray(axes) ? (axes as readonly number[]) : typeof axis === 'number' ? [axis] : [];
  return named.map((one) => axisOf(one, rank));
}
