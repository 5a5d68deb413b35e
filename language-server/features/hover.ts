// Hovers: the table of a layer where it is built, the table of a model where it is declared.
import { MarkupKind } from 'vscode-languageserver/node';
import { layerTable, modelLine } from '../../core/analysis/format';
import type { LayerReport, ModelReport } from '../../core/analysis/report';
import type { Feature } from '../context';
import type { ModelState } from '../documents/model-state';

/** Rows of a table that a hover still shows without scrolling for long. */
const mostRows = 60;
const mostModels = 3;

export const hover: Feature = ({ hovers, models, provide }) => {
  provide({ hoverProvider: true });
  hovers.add(({ textDocument: { uri }, position: { line } }) => {
    const state = models.get(uri);
    const parts = state ? [...atDeclaration(state, line), ...atLayers(state, line)] : [];
    if (parts.length === 0) return [];
    return [{ contents: { kind: MarkupKind.Markdown, value: parts.join('\n\n') } }];
  });
};

function atDeclaration(state: ModelState, line: number): string[] {
  const here = state.models.filter((model) => model.report.source && state.lineOf(model) === line);
  const parts = here.slice(0, mostModels).flatMap((model) => {
    const { report } = model;
    const stale = state.isStale(model) ? ' (stale: an earlier text)' : '';
    const notes = report.notes.map((note) => `- ${plain(note)}`).join('\n');
    return [
      `**${plain(report.graph.name)}**: ${modelLine(report)}${stale}`,
      layers(report),
      ...(notes ? [notes] : []),
    ];
  });
  return here.length > mostModels ? [...parts, `… and ${here.length - mostModels} more models`] : parts;
}

function layers(report: ModelReport): string {
  const table = layerTable({ ...report, layers: report.layers.slice(0, mostRows) });
  const more = report.layers.length - mostRows;
  return more > 0 ? `${table}\n\n… and ${more} more layers` : table;
}

function atLayers(state: ModelState, line: number): string[] {
  return state.models.slice(0, mostModels).flatMap((model) => {
    const here = state.layersByLine(model).get(line) ?? [];
    if (here.length === 0) return [];
    const of = state.models.length > 1 ? [`of **${plain(model.report.graph.name)}**`] : [];
    return [...of, layersHere(model.report, here)];
  });
}

/** One layer in full; those of a loop or a block class as rows of one table. */
function layersHere(report: ModelReport, here: readonly LayerReport[]): string {
  const [only] = here;
  return only && here.length === 1 ? layerTable(only) : layers({ ...report, layers: here });
}

/** Names and notes come from the user's file: they must not become markup. */
const plain = (text: string): string => text.replace(/[\\`*_[\]<>|#]/g, '\\$&').replace(/\s+/g, ' ');
