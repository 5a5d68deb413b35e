// The points of a run as the charts need them: appended as they come, taken back where a resumed run repeats steps.
import { metricKeys } from '../../core/runs/metric-words';
import type { MetricPoint } from '../../core/runs/run-record';

/** One line of a chart: x ascending, as long as y. */
export interface Series {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
}

export interface PhaseSpan {
  readonly phase: string;
  readonly from: number;
  readonly to: number;
}

export class Metrics {
  private points: MetricPoint[] = [];
  private readonly cache = new Map<string, Series>();

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

  /** Which metric stands for the model on test samples; accuracy until another was measured. */
  get headline(): string {
    const { metrics } = this.points.findLast((point) => point.metrics) ?? {};
    return (metrics && metricKeys(metrics)[0]) ?? 'accuracy';
  }

  /** The last value of the headline metric. */
  get headlineValue(): number | undefined {
    const { metrics, testAccuracy } =
      this.points.findLast((point) => point.metrics ?? point.testAccuracy !== undefined) ?? {};
    return metrics?.[this.headline] ?? testAccuracy;
  }

  /** What is drawn as the share of right answers on test samples. */
  get shareName(): string {
    const { metrics } = this.points.findLast((point) => point.metrics) ?? {};
    return metrics && metrics['accuracy'] === undefined && metrics['mAP50'] !== undefined
      ? 'mAP50'
      : 'accuracy';
  }

  /** One field over steps, where it was measured and is a number. */
  series(field: 'loss' | 'trainAccuracy' | 'testAccuracy' | 'density'): Series {
    const known = this.cache.get(field);
    if (known) return known;
    const of = (point: MetricPoint) =>
      point[field] ?? (field === 'testAccuracy' ? point.metrics?.['mAP50'] : undefined);
    const measured = this.points.filter((point) => Number.isFinite(of(point)));
    const series = { xs: measured.map(({ step }) => step), ys: measured.map((point) => of(point)!) };
    this.cache.set(field, series);
    return series;
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

  /** Index of the point whose step is nearest; undefined where there is none. */
  nearest(step: number): number | undefined {
    return nearestIndex(this.points.length, (index) => this.points[index]!.step, step);
  }

  /** The last value of a field at or before a step. */
  valueAt(field: 'loss' | 'trainAccuracy' | 'testAccuracy' | 'density', step: number): number | undefined {
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
