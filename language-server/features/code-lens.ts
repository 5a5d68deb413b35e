// The lens above a model: what it weighs and what could be pruned, then what can be done with it.
import type { CodeLens, Command } from 'vscode-languageserver/node';
import { inputLine, modelLine } from '../../core/analysis/format';
import { commands, type ModelTarget } from '../../core/protocol/commands';
import type { Feature } from '../context';
import type { ModelState } from '../documents/model-state';
import { likelyModelLine } from './text-lens';

const actions = [
  { title: 'Sparse train', command: commands.sparseTrain },
  { title: 'Benchmark', command: commands.benchmark },
  { title: 'Masks', command: commands.showMasks },
] as const;

export const codeLens: Feature = ({ lenses, models, provide }) => {
  provide({ codeLensProvider: { resolveProvider: false } });
  lenses.add(({ textDocument: { uri } }) => {
    const state = models.get(uri);
    if (!state) return [];
    return state.models.length > 0 ? modelLenses(state) : textLens(state);
  });
};

function modelLenses(state: ModelState): CodeLens[] {
  const placed = state.models.flatMap((model) => {
    const line = state.lineOf(model);
    return line === undefined ? [] : [{ model, line }];
  });
  return placed.flatMap(({ model, line }) => {
    const { report } = model;
    const inputs = inputLine(report);
    const shared = placed.filter((other) => other.line === line).length > 1;
    const title = [
      // Two models of one factory share its line: then each says which it is.
      shared ? `${report.graph.name}: ` : '',
      modelLine(report),
      inputs === '' ? '' : ` · for ${inputs}`,
      report.notes.length > 0 ? ' · not all of it could be read' : '',
      state.isStale(model) ? ' (stale)' : '',
    ].join('');
    const target: ModelTarget = { uri: state.document.uri, model: report.graph.name };
    return [
      lens(line, { title, command: '' }),
      ...actions.map((action) => lens(line, { ...action, arguments: [target] })),
    ];
  });
}

/** Before the first result, and where there is none, the text says what it can. */
function textLens(state: ModelState): CodeLens[] {
  const facts = state.syntax?.facts;
  if (!facts || facts.layers.length === 0) return [];
  const { state: doing } = state.status;
  if (doing === 'idle') return [];
  const count = `${facts.layers.length} ${facts.layers.length === 1 ? 'layer' : 'layers'} in the text`;
  const title = doing === 'tracing' ? `tracing… · ${count}` : `${count} · not read exactly`;
  return [lens(likelyModelLine(facts, state.document.text.getText()), { title, command: '' })];
}

const lens = (line: number, command: Command): CodeLens => ({
  range: { start: { line, character: 0 }, end: { line, character: 0 } },
  command,
});
