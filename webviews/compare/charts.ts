// Test accuracy, loss and density of all runs, over the same steps, with one crosshair.
import type { MetricPoint } from '../../core/runs/run-record';
import { type ChartSpec, LineChart } from '../run/line-chart';
import { Metrics } from '../run/metrics';
import { accuracyRange, fromZero, wholeRange } from '../run/ranges';
import { h, setText } from '../ui/dom';
import { percent, significant } from '../ui/format';
import { swatch } from '../ui/swatch';
import { tickText } from '../ui/ticks';
import { seriesColour } from './colours';

export interface ChartedRun {
  readonly name: string;
  readonly totalSteps: number;
  readonly metrics: readonly MetricPoint[];
}

type Field = 'testAccuracy' | 'loss' | 'density';

const shares = (value: number, marks: readonly number[]): string =>
  `${tickText(
    value * 100,
    marks.map((mark) => mark * 100),
  )} %`;

const charted: readonly (Pick<ChartSpec, 'title' | 'range' | 'tickText' | 'steps'> & {
  readonly field: Field;
  readonly text: (value: number) => string;
})[] = [
  {
    title: 'Test accuracy',
    field: 'testAccuracy',
    // Down to where the worst of them usually was.
    range: (series) => [Math.min(1, ...series.map((one) => accuracyRange([one])[0])), 1],
    tickText: shares,
    steps: false,
    text: percent,
  },
  { title: 'Loss', field: 'loss', range: fromZero, tickText, steps: false, text: significant },
  { title: 'Density', field: 'density', range: wholeRange, tickText: shares, steps: true, text: percent },
];

export class CompareCharts {
  readonly element: HTMLElement;
  private readonly charts: readonly LineChart[];
  private readonly metrics: readonly Metrics[];
  private readonly totalSteps: number;
  private readonly status = h('p', { class: 'crosshair quiet', role: 'status', 'aria-live': 'polite' });
  private step: number | undefined;

  constructor(private readonly runs: readonly ChartedRun[]) {
    this.metrics = runs.map(({ metrics: points }) => {
      const metrics = new Metrics();
      metrics.append(points);
      return metrics;
    });
    this.totalSteps = Math.max(1, ...runs.map(({ totalSteps }) => totalSteps));
    const listener = {
      onPoint: (step: number | undefined) => this.point(step),
      onKey: (event: KeyboardEvent) => this.key(event),
    };
    this.charts = charted.map(
      (spec) =>
        new LineChart(
          {
            ...spec,
            phaseNames: false,
            lines: runs.map(({ name }, i) => ({
              name,
              colour: seriesColour(i),
              dots: spec.field === 'testAccuracy',
            })),
          },
          listener,
        ),
    );
    const figures = charted.map(({ title }, i) =>
      h('figure', {}, h('figcaption', {}, h('h2', {}, title), this.legend()), this.charts[i]!.element),
    );
    this.element = h('section', { class: 'charts', 'aria-label': 'Charts' }, ...figures, this.status);
    charted.forEach(({ field }, i) =>
      this.charts[i]!.show({
        series: this.metrics.map((metrics) => metrics.series(field)),
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
      const values = charted.flatMap(({ title, field, text }) => {
        const value = this.metrics[i]!.valueAt(field, step);
        return value === undefined ? [] : [`${title.toLowerCase()} ${text(value)}`];
      });
      return `${name}: ${values.join(', ') || 'nothing yet'}`;
    });
    setText(this.status, `Step ${step}. ${of.join('. ')}`);
  }
}
