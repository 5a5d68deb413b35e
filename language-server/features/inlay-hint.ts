// At the end of each line that builds layers: parameters, their share, and which patterns fit.
import { type InlayHint, InlayHintKind, type Range } from 'vscode-languageserver/node';
import { formatExact } from '../../core/analysis/format';
import type { Feature } from '../context';
import { lineText } from '../documents/edits';
import type { ModelState } from '../documents/model-state';
import { layersLine } from './layers-line';

export const inlayHint: Feature = ({ hints, models, workspace, provide }) => {
  provide({ inlayHintProvider: { resolveProvider: false } });
  hints.add(({ textDocument: { uri }, range }) => {
    const state = models.get(uri);
    if (!state || !workspace.settings.inlayHints) return [];
    return state.models.length > 0 ? modelHints(state, range) : textHints(state, range);
  });
};

function modelHints(state: ModelState, range: Range): InlayHint[] {
  const texts = new Map<number, string>();
  for (const model of state.models) {
    for (const [line, layers] of state.layersByLine(model)) {
      // A line that several models run through shows the first; the hover has them all.
      if (texts.has(line) || !contains(range, line)) continue;
      texts.set(line, layersLine(layers) + (state.isStale(model) ? ' (stale)' : ''));
    }
  }
  return [...texts].map(([line, text]) => hint(state, line, text));
}

/** Where no model could be read, literal arguments still tell what a layer weighs. */
function textHints(state: ModelState, range: Range): InlayHint[] {
  if (state.status.state !== 'syntactic') return [];
  const hints = new Map<number, InlayHint>();
  for (const { endLine, params } of state.syntax?.facts?.layers ?? []) {
    if (params === undefined || !contains(range, endLine) || hints.has(endLine)) continue;
    hints.set(endLine, hint(state, endLine, `${formatExact(params)} params, by the text`));
  }
  return [...hints.values()];
}

function hint({ document }: ModelState, line: number, label: string): InlayHint {
  const character = lineText(document.text, line).length;
  return { position: { line, character }, label, kind: InlayHintKind.Type, paddingLeft: true };
}

const contains = ({ start, end }: Range, line: number): boolean => line >= start.line && line <= end.line;
