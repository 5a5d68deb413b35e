// Coupling of selective scans: channels of u, Δ, A and the output are one, states of A, B and C are one.
import type { GraphNode } from '../../model-graph';
import { scanAxes } from '../../ops/selective-scan';
import { placeOf, type Tracker } from '../tracker';
import { endOf, meet, tie } from './join';

export function scan(node: GraphNode, tracker: Tracker): void {
  const [y = ''] = node.outputs;
  const ends = (name: string) =>
    node.inputs.flatMap((id, i) => endOf(tracker, id, scanAxes.terms[i]?.indexOf(name) ?? -1));
  for (const name of ['b', 'd']) meet(node, tracker, ends(name), y, scanAxes.output.indexOf(name));
  tie(node, tracker, ends('n'), tracker.shape(node.inputs[2]!)[1]!);
  const where = placeOf(node);
  for (const { segments } of ends('l'))
    if (segments) tracker.spans.block(segments, `is time in ${where}`, where);
}
