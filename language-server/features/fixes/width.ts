// Rounds a width up to what 2:4 needs: at the layers that make the channels, and at all that read them.
import type { TextEdit } from 'vscode-languageserver/node';
import { type WidthEdit, widen } from '../../../core/analysis/widths';
import { rangeNow } from '../../documents/places';
import { argument, calleeOf, callAt, rangeOf } from '../../syntactic/python-nodes';
import type { Fix, Problem } from './fix';

/** Where PyTorch's constructors take an attribute. */
const parameters: Readonly<Record<string, readonly [position: number, name: string]>> = {
  'Conv inChannels': [0, 'in_channels'],
  'Conv outChannels': [1, 'out_channels'],
  'Linear inFeatures': [0, 'in_features'],
  'Linear outFeatures': [1, 'out_features'],
  'BatchNorm features': [0, 'num_features'],
  'InstanceNorm features': [0, 'num_features'],
};

export const width: Fix = (problem) => {
  const { state, remark, model } = problem;
  if (!model || remark.fix?.kind !== 'width') return [];
  const { path, multiple } = remark.fix;
  const reports = state.models.map(({ report }) => report);
  const wider = widen(model.report, path, (inputs) => inputs % multiple === 0, reports);
  if (!wider || spelledOut(problem, wider.channels)) return [];
  const edits = wider.edits.map((edit) => literalEdit(problem, edit));
  if (!edits.every((edit) => edit !== undefined)) return [];
  const places = `${edits.length} ${edits.length === 1 ? 'place' : 'places'}`;
  const title = `Widen ${wider.channels} channels to ${wider.to} for 2:4, in ${places}`;
  return [{ title, edits, preferred: true }];
};

/** The edit of a literal number; undefined where the argument is anything else, or stands in another file. */
function literalEdit({ state, model, root }: Problem, edit: WidthEdit): TextEdit | undefined {
  const placed = model && state.isHere(edit.source) ? rangeNow(state, model, edit.source) : undefined;
  const call = placed && callAt(root, placed.range.start, placed.range.end);
  if (!call) return undefined;
  const kind = /(?:^|\.)(Conv|Linear|BatchNorm|InstanceNorm)(?:[123]d)?$/.exec(calleeOf(call))?.[1];
  const [position, name] = parameters[`${kind} ${edit.attr}`] ?? [];
  if (position === undefined || name === undefined) return undefined;
  const value = argument(call, position, name);
  if (value?.type !== 'integer' || Number(value.text.replaceAll('_', '')) !== edit.from) return undefined;
  return { range: rangeOf(value), newText: String(edit.to) };
}

/** `x.view(-1, 400)`: a reshape that spells its sizes out would no longer fit, and only its text tells. */
function spelledOut({ state, model, root }: Problem, channels: number): boolean {
  return model!.report.graph.nodes.some(({ op, source }) => {
    if (!/^(?:flatten|reshape|expand|repeat|slice)$/.test(op)) return false;
    const place = source.at(-1);
    const placed = place && state.isHere(place) ? rangeNow(state, model!, place) : undefined;
    const call = placed && callAt(root, placed.range.start, placed.range.end);
    const numbers = call?.childForFieldName('arguments')?.descendantsOfType('integer') ?? [];
    return numbers.some((number) => Number(number?.text) >= channels);
  });
}
