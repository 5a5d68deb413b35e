// Which shape each expression of the user's code gives: calls of modules, and operations written in forward.
import type { SourceRange } from '../graph/model-graph';
import { sameShape, type Shape } from '../graph/shape';
import type { ModelReport } from './report';

/** One expression that gives tensors. */
export interface LineShape {
  readonly source: SourceRange;
  /** Of its first run. */
  readonly outputs: readonly Shape[];
  /** Another run gave other shapes. */
  readonly varies: boolean;
}

/** Whole expressions only: of `relu(bn(conv(x)))` what relu gives. */
export function lineShapes(report: ModelReport): LineShape[] {
  return outermost([...report.calls, ...operations(report)]);
}

/** Operations that belong to no layer, by where they are written. */
function operations({ graph, calls }: ModelReport): LineShape[] {
  const called = new Set(calls.map(({ source }) => keyOf(source)));
  const found = new Map<string, { source: SourceRange; path: string; outputs: Shape[]; varies: boolean }>();
  for (const { source, outputs: ids, path } of graph.nodes) {
    // A layer is built on one line and called on another; where nobody saw the calls, its own line must do.
    const place = source.length === 1 || calls.length === 0 ? source.at(-1) : undefined;
    const key = place && keyOf(place);
    if (key === undefined || called.has(key)) continue;
    const outputs = ids.map((id) => graph.values[id]?.shape ?? []);
    const known = found.get(key);
    if (!known) found.set(key, { source: place!, path, outputs, varies: false });
    // One call can make several nodes, of which the last is what it gives; another module's is another run.
    else if (known.path === path) known.outputs = outputs;
    else known.varies ||= !same(known.outputs, outputs);
  }
  return [...found.values()];
}

/** Leaves out what stands inside another expression. */
function outermost(shapes: readonly LineShape[]): LineShape[] {
  const files = new Map<string, LineShape[]>();
  for (const shape of shapes) {
    const here = files.get(shape.source.file);
    if (here) here.push(shape);
    else files.set(shape.source.file, [shape]);
  }
  return [...files.values()].flatMap((here) => {
    here.sort((a, b) => start(a) - start(b) || end(b) - end(a));
    let reached = -1;
    return here.filter((shape) => {
      if (end(shape) <= reached) return false;
      reached = end(shape);
      return true;
    });
  });
}

export const same = (a: readonly Shape[], b: readonly Shape[]): boolean =>
  a.length === b.length && a.every((shape, i) => sameShape(shape, b[i]!));

/** Lines are shorter than this, so that places order as numbers. */
const width = 1 << 20;
const start = ({ source }: LineShape): number => source.startLine * width + source.startColumn;
const end = ({ source }: LineShape): number => source.endLine * width + source.endColumn;

const keyOf = ({ file, startLine, startColumn, endLine, endColumn }: SourceRange): string =>
  `${file}:${startLine}:${startColumn}:${endLine}:${endColumn}`;
