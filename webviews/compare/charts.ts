// The metric that each task is told by, loss and density of all runs, over the same steps, with one crosshair.
import { expectedHeadline } from '../../core/runs/headline';
import { isShare, metricText, metricTitle } from '../../core/runs/metric-words';
import type { MetricPoint, RunRecord } from '../../core/runs/run-record';
import { percentTicks } from '../run/figure';
import { type ChartSpec, LineChart } from '../run/line-chart';
import { type Key, Metrics } from '../run/metrics';
import { accuracyRange, fromZero, wholeRange } from '../run/ranges';
import { h, setText } from '../ui/dom';
import { percent, significant } from '../ui/format';
import { swatch } from '../ui/swatch';
import { tickText } from '../ui/ticks';
import { seriesColour } from './colours';

export interface ChartedRun {
  readonly name: string;
  readonly record: RunRecord;
  readonly metrics: readonly MetricPoint[];
}

interface Charted extends Pick<ChartSpec, 'title' | 'range' | 'tickText' | 'steps'> {
  readonly key: Key;
  readonly text: (value: number) => string;
}

const lossChart: Charted = {
  ...{ title: 'Loss', key: 'loss', steps: false },
  ...{ range: fromZero, tickText, text: significant },
};
const densityChart: Charted = {
  ...{ title: 'Density', key: 'density', steps: true },
  ...{ range: wholeRange, tickText: percentTicks, text: percent },
};

/** Of the metric that runs of a task are told by. */
const headlineChart = (metric: string): Charted => ({
  ...{ title: metricTitle(metric), key: `metric/${metric}`, steps: false },
  ...(isShare(metric)
    ? {
        // Down to where the worst of them usually was.
        range: (series) => [Math.min(1, ...series.map((one) => accuracyRange([one])[0])), 1],
        tickText: percentTicks,
      }
    : { range: fromZero, tickText }),
  text: (value) => metricText(metric, value),
});

export class CompareCharts {
  readonly element: HTMLElement;
  private readonly charted: readonly Charted[];
  private readonly charts: readonly LineChart[];
  private readonly metrics: readonly Metrics[];
  private readonly totalSteps: number;
  private readonly status = h('p', { class: 'crosshair quiet', role: 'status', 'aria-live': 'polite' });
  private step: number | undefined;

  constructor(private readonly runs: readonly ChartedRun[]) {
    this.metrics = runs.map(({ record, metrics: points }) => {
      const metrics = new Metrics(expectedHeadline(record.recipe));
      metrics.append(points);
      return metrics;
    });
    this.totalSteps = Math.max(1, ...runs.map(({ record }) => record.totalSteps));
    const headlines = new Set(this.metrics.map(({ headline }) => headline));
    this.charted = [...[...headlines].map(headlineChart), lossChart, densityChart];
    const listener = {
      onPoint: (step: number | undefined) => this.point(step),
      onKey: (event: KeyboardEvent) => this.key(event),
    };
    this.charts = this.charted.map(
      (spec) =>
        new LineChart(
          {
            ...spec,
            phaseNames: false,
            lines: runs.map(({ name }, i) => ({
              name,
              colour: seriesColour(i),
              dots: spec.key.startsWith('metric/'),
            })),
          },
          listener,
        ),
    );
    const figures = this.charted.map(({ title }, i) =>
      h('figure', {}, h('figcaption', {}, h('h2', {}, title), this.legend()), this.charts[i]!.element),
    );
    this.element = h('section', { class: 'charts', 'aria-label': 'Charts' }, ...figures, this.status);
    this.charted.forEach(({ key }, i) =>
      this.charts[i]!.show({
        series: this.metrics.map((metrics) => metrics.series(key)),
        phases: [],
        totalSteps: this.totalSteps,
      }),
    );
    this.tell();
  }

  private legend(): HTMLElement {
    const entries = this.runs.map(({ name }, i) =>
      h('span', {}, swatch(seriesColour(i), 'line'), h('span', { class: 'quiet' }, name)),
    );
    return h('span', { class: 'legend' }, ...entries);
  }

  private key(event: KeyboardEvent): void {
    const stride = Math.max(1, Math.round(this.totalSteps / (event.shiftKey ? 20 : 100)));
    const from = this.step ?? this.totalSteps;
    const targets: Readonly<Record<string, number | undefined>> = {
      ArrowLeft: from - stride,
      ArrowRight: from + stride,
      Home: 0,
      End: this.totalSteps,
      Escape: undefined,
    };
    if (!(event.key in targets) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const target = targets[event.key];
    this.point(target === undefined ? undefined : Math.min(this.totalSteps, Math.max(0, target)));
  }

  private point(step: number | undefined): void {
    this.step = step === undefined ? undefined : Math.round(step);
    for (const chart of this.charts) chart.point(this.step);
    this.tell();
  }

  /** The crosshair's place in words: each run's last values up to there. */
  private tell(): void {
    const { step } = this;
    if (step === undefined)
      return setText(
        this.status,
        'Point at a chart, or move along it with the arrow keys, to read its values.',
      );
    const of = this.runs.map(({ name }, i) => {
      const values = this.charted.flatMap(({ title, key, text }) => {
        const value = this.metrics[i]!.valueAt(key, step);
        return value === undefined ? [] : [`${title.toLowerCase()} ${text(value)}`];
      });
      return `${name}: ${values.join(', ') || 'nothing yet'}`;
    });
    setText(this.status, `Step ${step}. ${of.join('. ')}`);
  }
}
