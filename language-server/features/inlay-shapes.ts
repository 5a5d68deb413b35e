// After each line that computes tensors: the shape it gives. Off by default; one command turns it on.
import { type InlayHint, InlayHintKind, type Range } from 'vscode-languageserver/node';
import { type LineShape, same } from '../../core/analysis/line-shapes';
import { formatShape } from '../../core/graph/shape';
import type { Feature } from '../context';
import { lineText } from '../documents/edits';
import type { ModelState } from '../documents/model-state';

/** Tensors that one line can name before it becomes longer than the code. */
const mostShapes = 3;

export const inlayShapes: Feature = ({ hints, models, workspace }) => {
  hints.add(({ textDocument: { uri }, range }) => {
    const state = models.get(uri);
    return state && workspace.settings.inlayShapes ? shapeHints(state, range) : [];
  });
};

function shapeHints(state: ModelState, range: Range): InlayHint[] {
  const found = new Map<number, { shapes: readonly LineShape[]; varies: boolean; stale: boolean }>();
  for (const model of state.models) {
    for (const [line, shapes] of state.shapesByLine(model)) {
      if (line < range.start.line || line > range.end.line) continue;
      const known = found.get(line);
      // Several models may run through one line: the first speaks, and the others may say that they differ.
      if (known) known.varies ||= !sameLine(known.shapes, shapes);
      else found.set(line, { shapes, varies: false, stale: state.isStale(model) });
    }
  }
  return [...found].map(([line, { shapes, varies, stale }]) => ({
    position: { line, character: lineText(state.document.text, line).length },
    label: shapeLabel(shapes, varies) + (stale ? ' (stale)' : ''),
    kind: InlayHintKind.Type,
    paddingLeft: true,
  }));
}

function shapeLabel(shapes: readonly LineShape[], varies: boolean): string {
  const outputs = shapes.flatMap((shape) => shape.outputs);
  const named = outputs.slice(0, mostShapes).map(formatShape).join(', ');
  const more = outputs.length > mostShapes ? `, ${outputs.length - mostShapes} more` : '';
  return `→ ${named}${more}${varies || shapes.some((shape) => shape.varies) ? ' …' : ''}`;
}

const sameLine = (a: readonly LineShape[], b: readonly LineShape[]): boolean =>
  a.length === b.length && a.every(({ outputs }, i) => same(outputs, b[i]!.outputs));
