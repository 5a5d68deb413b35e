// Coupling of what channels start from: free parameters, constants, and tables that are looked up.
import { roleAxis } from '../../conventions';
import type { GraphNode } from '../../model-graph';
import { axisOf, sameShape } from '../../shape';
import { placeOf, type Tracker } from '../tracker';
import { carry } from './interpret';

export function parameter(node: GraphNode, tracker: Tracker): void {
  const [[y = ''], param] = [node.outputs, node.params['value']];
  tracker.shape(y).forEach((size, axis) => {
    const segments = tracker.claimed(param, axis) ?? tracker.fresh(node, Number(size), param);
    tracker.claim(node, param, axis, 'channel', segments, true);
    tracker.write(node, y, axis, segments);
  });
}

export function constant(node: GraphNode, tracker: Tracker): void {
  for (const y of node.outputs) tracker.fix(y, node.path || node.op, 'meets a constant');
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

/** One axis is picked from, and gives way to the axes of the positions; the others pass. */
export function index(node: GraphNode, tracker: Tracker): void {
  const [[x = ''], [y = '']] = [node.inputs, node.outputs];
  const along = pickedAxis(node, tracker);
  if (along === undefined) return tracker.barrier(node);
  const more = tracker.shape(y).length - tracker.shape(x).length;
  carry(node, tracker, x, (axis) => {
    if (axis === along) return `is picked from by ${placeOf(node)}`;
    return axis < along ? axis : axis + more;
  });
}

/** Where an op does not say it, the one axis that its shapes allow. */
function pickedAxis(node: GraphNode, tracker: Tracker): number | undefined {
  const [[x = '', ...positions], [y = '']] = [node.inputs, node.outputs];
  const [from, to] = [tracker.shape(x), tracker.shape(y)];
  const named = node.attrs['axis'];
  if (typeof named === 'number') return axisOf(named, from.length);
  if (positions.length > 1) return undefined;
  const fits = [...from.keys()].filter((axis) => {
    const rest = from.length - axis - 1;
    const picked = to.slice(axis, to.length - rest);
    if (positions.length === 1 && !sameShape(picked, tracker.shape(positions[0]!))) return false;
    const tail = rest === 0 ? [] : to.slice(-rest);
    return sameShape(from.slice(0, axis), to.slice(0, axis)) && sameShape(from.slice(axis + 1), tail);
  });
  return fits.length === 1 ? fits[0] : undefined;
}
