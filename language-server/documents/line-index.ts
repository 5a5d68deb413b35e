// By present line, what a model has there: worked out once, and again only when lines have moved.
import type { ModelReport } from '../../core/analysis/report';
import type { SourceRange } from '../../core/graph/model-graph';
import type { LineMap } from './line-map';

interface Placed {
  readonly report: ModelReport;
  readonly lines: LineMap;
}

interface Entry<T> {
  readonly items: readonly (readonly [SourceRange, T])[];
  version: number;
  byLine: ReadonlyMap<number, readonly T[]>;
}

export class LineIndex<T> {
  private readonly entries = new WeakMap<ModelReport, Entry<T>>();

  /** `collect` is asked once a report; a file of eighty models has thousands of items, and hints come at every key. */
  of<M extends Placed>(
    model: M,
    collect: (model: M) => readonly (readonly [SourceRange, T])[],
  ): ReadonlyMap<number, readonly T[]> {
    const known = this.entries.get(model.report);
    if (known?.version === model.lines.version) return known.byLine;
    const items = known?.items ?? collect(model);
    const byLine = group(items, model.lines);
    this.entries.set(model.report, { items, version: model.lines.version, byLine });
    return byLine;
  }
}

/** At the end of an expression that spans lines: there its text has room. */
function group<T>(items: readonly (readonly [SourceRange, T])[], lines: LineMap): Map<number, T[]> {
  const byLine = new Map<number, T[]>();
  for (const [source, item] of items) {
    const line = lines.at(source.endLine);
    if (line === undefined) continue;
    const here = byLine.get(line);
    if (here) here.push(item);
    else byLine.set(line, [item]);
  }
  return byLine;
}
