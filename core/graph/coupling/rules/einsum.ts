// Coupling of Einstein sums: axes of one letter are one.
import type { GraphNode } from '../../model-graph';
import { axisNames } from '../../ops/einsum';
import { placeOf, type Tracker } from '../tracker';
import { endOf, meet, tie } from './join';

export function einsum(node: GraphNode, tracker: Tracker): void {
  const [y = ''] = node.outputs;
  const shapes = node.inputs.map((id) => tracker.shape(id));
  const { terms, output } = axisNames(shapes, node.attrs['equation']);
  // A letter twice in one term is a diagonal.
  if (terms.some((term) => new Set(term).size < term.length)) return tracker.barrier(node);
  node.inputs.forEach((id, i) => {
    const maker = tracker.maker(id);
    const param = maker?.op === 'parameter' ? maker.params['value'] : undefined;
    const made = terms[i]!.findIndex((name) => output.includes(name));
    if (param !== undefined) tracker.adopt(node, param, made);
  });
  for (const name of new Set(terms.flat())) {
    const ends = node.inputs.flatMap((id, i) => endOf(tracker, id, terms[i]!.indexOf(name)));
    const at = output.indexOf(name);
    const wide = ends.find(({ size }) => size !== 1)?.size ?? 1;
    if (at >= 0) meet(node, tracker, ends, y, at);
    else if (ends.length > 1) tie(node, tracker, ends, wide);
    else if (ends[0]?.segments)
      tracker.spans.block(ends[0].segments, `is reduced over by ${placeOf(node)}`, placeOf(node));
  }
}
