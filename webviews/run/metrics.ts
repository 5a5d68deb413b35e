// The points of a run as the charts need them: appended as they come, taken back where a resumed run repeats steps.
import { headlineKey, testMetrics } from '../../core/runs/headline';
import { metricKeys } from '../../core/runs/metric-words';
import type { Histogram, MetricPoint, Metrics as Measured } from '../../core/runs/run-record';

/** One line of a chart: x ascending, as long as y. */
export interface Series {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
}

/** What is drawn of a point: a field of its own, a test metric, a term of the method's loss, a number that the method tells. */
export type Key =
  'loss' | 'trainAccuracy' | 'density' | `metric/${string}` | `part/${string}` | `fact/${string}`;

export interface PhaseSpan {
  readonly phase: string;
  readonly from: number;
  readonly to: number;
}

export class Metrics {
  private points: MetricPoint[] = [];
  private readonly cache = new Map<string, Series>();

  /** @param expected the metric that models are told by, until one was measured. */
  constructor(private readonly expected = 'accuracy') {}

  get length(): number {
    return this.points.length;
  }

  get last(): MetricPoint | undefined {
    return this.points.at(-1);
  }

  at(index: number): MetricPoint | undefined {
    return this.points[index];
  }

  clear(): void {
    this.points = [];
    this.cache.clear();
  }

  /** A point at or before the last step means that the run went on from a checkpoint: what it repeats is dropped. */
  append(points: readonly MetricPoint[]): void {
    if (points.length === 0) return;
    for (const point of points) {
      if (!Number.isFinite(point.step)) continue;
      while (this.points.length > 0 && this.points.at(-1)!.step >= point.step) this.points.pop();
      this.points.push(point);
    }
    this.cache.clear();
  }

  /** Which metric stands for the model on test samples. */
  get headline(): string {
    const tested = this.tested();
    return tested ? headlineKey(tested) : this.expected;
  }

  /** The last value of the headline metric. */
  get headlineValue(): number | undefined {
    return this.tested()?.[this.headline];
  }

  /** What was measured on test samples, in the order in which it is told. */
  testKeys(): string[] {
    return metricKeys(this.tested() ?? { [this.expected]: 0 });
  }

  /** One field over steps, where it was measured and is a number. */
  series(field: Key): Series {
    const known = this.cache.get(field);
    if (known) return known;
    const of = reader(field);
    const measured = this.points.filter((point) => Number.isFinite(of(point)));
    const series = { xs: measured.map(({ step }) => step), ys: measured.map((point) => of(point)!) };
    this.cache.set(field, series);
    return series;
  }

  /** Everything beside the fields that every run has: terms of the loss first, each in the order of its first point. */
  methodKeys(): Key[] {
    const [parts, facts] = [new Set<string>(), new Set<string>()];
    for (const point of this.points) {
      for (const name of Object.keys(point.parts ?? {})) parts.add(name);
      for (const name of Object.keys(point.facts?.numbers ?? {})) facts.add(name);
    }
    return [
      ...[...parts].map((name): Key => `part/${name}`),
      ...[...facts].map((name): Key => `fact/${name}`),
    ];
  }

  /** The last histograms told at or before a step. */
  histogramsAt(step: number): readonly Histogram[] {
    const point = this.points.findLast((one) => one.step <= step && one.facts?.histograms);
    return point?.facts?.histograms ?? [];
  }

  /** Phases in order, each up to where the next begins. */
  phases(): PhaseSpan[] {
    const spans: { phase: string; from: number; to: number }[] = [];
    for (const { phase, step } of this.points) {
      const open = spans.at(-1);
      if (open) open.to = step;
      if (open?.phase !== phase) spans.push({ phase, from: step, to: step });
    }
    return spans;
  }

  private tested(): Measured | undefined {
    const point = this.points.findLast(testMetrics);
    return point && testMetrics(point);
  }

  /** Index of the point whose step is nearest; undefined where there is none. */
  nearest(step: number): number | undefined {
    return nearestIndex(this.points.length, (index) => this.points[index]!.step, step);
  }

  /** The last value of a field at or before a step. */
  valueAt(field: Key, step: number): number | undefined {
    const { xs, ys } = this.series(field);
    let [low, high] = [0, xs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (xs[middle]! <= step) low = middle + 1;
      else high = middle;
    }
    return low > 0 ? ys[low - 1] : undefined;
  }
}

/** Of `count` ascending numbers, the index of the one nearest to `value`. */
export function nearestIndex(
  count: number,
  at: (index: number) => number,
  value: number,
): number | undefined {
  if (count === 0) return undefined;
  let [low, high] = [0, count - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(middle) < value) low = middle + 1;
    else high = middle;
  }
  return low > 0 && value - at(low - 1) < at(low) - value ? low - 1 : low;
}

function reader(key: Key): (point: MetricPoint) => number | undefined {
  const slash = key.indexOf('/');
  const name = key.slice(slash + 1);
  if (key.startsWith('part/')) return ({ parts }) => parts?.[name];
  if (key.startsWith('fact/')) return ({ facts }) => facts?.numbers?.[name];
  if (key.startsWith('metric/')) return (point) => testMetrics(point)?.[name];
  return (point) => point[key as 'loss' | 'trainAccuracy' | 'density'];
}
