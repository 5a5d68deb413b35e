// What is known of one open model file: its text facts, the models last read from it, and where their lines are now.
import { type LineShape, lineShapes } from '../../core/analysis/line-shapes';
import type { LayerReport, ModelReport } from '../../core/analysis/report';
import type { SourceRange } from '../../core/graph/model-graph';
import type { DocumentStatus } from '../../core/protocol/language-server';
import type { Frontend } from '../frontends/frontend';
import type { AppliedEdit } from './edits';
import { LineIndex } from './line-index';
import type { LineMap } from './line-map';
import type { Reading, Remark } from './reading';
import type { OpenDocument } from './store';
import type { DocumentSyntax } from './syntax';
import { sameFile } from './uri';

/** A model that was read, with the way from the lines of its text to the present ones. */
export interface KnownModel {
  readonly report: ModelReport;
  readonly lines: LineMap;
  /** A newer text was read and did not give this model: something in it fails. */
  readonly superseded: boolean;
}

export interface RunningTrace {
  readonly abort: AbortController;
  readonly lines: LineMap;
  readonly finished: Promise<void>;
}

export class ModelState {
  syntax: DocumentSyntax | undefined;
  models: readonly KnownModel[] = [];
  remarks: readonly Remark[] = [];
  running: RunningTrace | undefined;
  /** Waits for a pause in typing. */
  timer: NodeJS.Timeout | undefined;
  /** Why the newest text could not be read: one line. */
  failure: string | undefined;
  private cause: DocumentStatus['cause'];
  /** A trace ended, in whatever way. */
  settled = false;
  private remarkLines: LineMap | undefined;
  private readonly here = new Map<string, boolean>();
  private readonly layerLines = new LineIndex<LayerReport>();
  private readonly shapeLines = new LineIndex<LineShape>();

  constructor(
    readonly document: OpenDocument & { readonly file: string },
    public frontend: Frontend,
  ) {}

  /** Keeps every known line in place. */
  applyEdits(edits: readonly AppliedEdit[]): void {
    const maps = new Set(this.models.map(({ lines }) => lines));
    if (this.running) maps.add(this.running.lines);
    if (this.remarkLines) maps.add(this.remarkLines);
    for (const { lines } of edits) for (const map of maps) map.edit(lines);
  }

  /** Takes over what a trace found. What it could not give any more stays, as the last good result. */
  take({ models, remarks }: Reading, lines: LineMap): void {
    // Where models were and none is, what we cannot follow is as good a reason to keep them as an error.
    const lost = models.length === 0 && this.models.length > 0;
    const hindrance = remarks.find(({ hindrance, code }) => hindrance || (lost && code === 'not-modelled'));
    const names = new Set(models.map(({ graph }) => graph.name));
    const kept = hindrance
      ? this.models.filter(({ report }) => !names.has(report.graph.name) && this.stillThere(report, models))
      : [];
    const fresh = models.map((report): KnownModel => ({ report, lines, superseded: false }));
    this.models = [...fresh, ...kept.map((model) => ({ ...model, superseded: true }))];
    this.remarks = remarks;
    this.remarkLines = lines;
    this.failure = fresh.length === 0 ? hindrance?.message : undefined;
    this.cause = undefined;
    this.settled = true;
  }

  /** The trace itself failed: nothing new is known. */
  fail(reason: string, cause?: DocumentStatus['cause']): void {
    this.cause = cause;
    this.models = this.models.map((model) => ({ ...model, superseded: true }));
    this.failure = reason;
    this.settled = true;
  }

  isStale(model: KnownModel): boolean {
    return model.superseded || this.syntax?.brokenLine !== undefined;
  }

  /** The present line of a model's declaration; the top of the file when it is not declared here. */
  lineOf({ report, lines }: KnownModel): number | undefined {
    return report.source && this.isHere(report.source) ? lines.at(report.source.startLine) : 0;
  }

  /** A model's layers by the line that builds them here, top to bottom. */
  layersByLine(model: KnownModel): ReadonlyMap<number, readonly LayerReport[]> {
    return this.layerLines.of(model, ({ report }) =>
      report.layers.flatMap((layer) => {
        const source = layer.source.find(this.isHere);
        return source ? [[source, layer] as const] : [];
      }),
    );
  }

  /** What a model computes by the line that computes it here. */
  shapesByLine(model: KnownModel): ReadonlyMap<number, readonly LineShape[]> {
    return this.shapeLines.of(model, ({ report }) =>
      lineShapes(report)
        .filter(({ source }) => this.isHere(source))
        .map((shape) => [shape.source, shape] as const),
    );
  }

  /** The present place of a remark; the top of the file when it is about another file. */
  rangeOf({ range }: Remark): { readonly here: boolean; readonly range: SourceRange } | undefined {
    if (!this.isHere(range)) {
      return { here: false, range: { ...range, startLine: 0, startColumn: 0, endLine: 0, endColumn: 1 } };
    }
    const [startLine, endLine] = [this.remarkLines?.at(range.startLine), this.remarkLines?.at(range.endLine)];
    if (startLine === undefined) return undefined;
    return { here: true, range: { ...range, startLine, endLine: endLine ?? startLine } };
  }

  get status(): Omit<DocumentStatus, 'uri'> {
    const brokenLine = this.syntax?.brokenLine;
    if (this.running || !this.settled) return { state: 'tracing' };
    if (this.models.length > 0 && brokenLine !== undefined) {
      return {
        state: 'stale',
        detail: `line ${brokenLine + 1} does not parse; the last good result is shown`,
      };
    }
    if (this.failure !== undefined) {
      if (this.models.length > 0) return { state: 'stale', detail: this.failure };
      const seen = this.syntax?.facts?.layers.length ?? 0;
      const cause = this.cause ?? causeOf(this.failure);
      const why = { detail: this.failure, ...(cause ? { cause } : {}) };
      return { state: seen > 0 ? 'syntactic' : 'failed', ...why };
    }
    if (this.models.length === 0) return { state: 'idle', detail: 'no model in this file' };
    const note = this.models.flatMap(({ report }) => report.notes)[0] ?? this.syntax?.off;
    if (note === undefined) return { state: 'exact' };
    const cause = causeOf(note);
    return { state: 'exact', detail: note, ...(cause ? { cause } : {}) };
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.running?.abort.abort();
    this.running = undefined;
    this.syntax?.dispose();
  }

  readonly isHere = ({ file }: SourceRange): boolean => {
    const known = this.here.get(file) ?? sameFile(file, this.document.file);
    this.here.set(file, known);
    return known;
  };

  /** A model that was renamed or deleted must not haunt the file because something else in it fails. */
  private stillThere(report: ModelReport, fresh: readonly ModelReport[]): boolean {
    const known = this.models.find((model) => model.report === report);
    const line = known && this.lineOf(known);
    if (line === undefined) return false;
    const taken = fresh.some(({ source }) => source && this.isHere(source) && source.startLine === line);
    return !taken && this.document.text.getText().includes(report.graph.name.split(/[^\w]/, 1)[0]!);
  }
}

/** Packages that are not there are stood in for by placeholders, which say so in these words. */
const causeOf = (text: string): DocumentStatus['cause'] =>
  / is not run here: | does not run \S+, which this depends on/.test(text) ? 'packages' : undefined;
