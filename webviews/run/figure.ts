// One chart of a run with its title and a legend that reads the values at the crosshair.
import { h, setText } from '../ui/dom';
import { swatch } from '../ui/swatch';
import { tickText } from '../ui/ticks';
import { type ChartListener, type ChartSpec, LineChart } from './line-chart';
import type { Key, Metrics, PhaseSpan } from './metrics';

export interface FigureSpec extends ChartSpec {
  /** What is drawn, a line each. */
  readonly keys: readonly Key[];
  readonly valueText: (value: number) => string;
}

/** Ticks of an axis of shares. */
export const percentTicks = (value: number, marks: readonly number[]): string =>
  `${tickText(
    value * 100,
    marks.map((mark) => mark * 100),
  )} %`;

export class Figure {
  readonly element: HTMLElement;
  readonly chart: LineChart;
  private readonly values: readonly HTMLElement[];

  /** @param extra what stands at the end of the caption. */
  constructor(
    readonly spec: FigureSpec,
    listener: ChartListener,
    extra?: (chart: LineChart) => HTMLElement,
  ) {
    this.chart = new LineChart(spec, listener);
    this.values = spec.keys.map(() => h('span', { class: 'value' }));
    const entries = spec.lines.map(({ name, colour }, i) =>
      h('span', {}, swatch(colour, 'line'), h('span', { class: 'quiet' }, name), this.values[i]),
    );
    const caption = h(
      'figcaption',
      {},
      h('h2', {}, spec.title),
      h('span', { class: 'legend' }, ...entries),
      extra?.(this.chart),
    );
    this.element = h('figure', {}, caption, this.chart.element);
  }

  show(metrics: Metrics, phases: readonly PhaseSpan[], totalSteps: number): void {
    this.chart.show({ series: this.spec.keys.map((key) => metrics.series(key)), phases, totalSteps });
  }

  /** Writes the values at a step into the legend, and says them in words. */
  tell(metrics: Metrics, step: number | undefined): string[] {
    const { title, lines, keys, valueText } = this.spec;
    return keys.flatMap((key, i) => {
      const value = step === undefined ? undefined : metrics.valueAt(key, step);
      setText(this.values[i]!, value === undefined ? '–' : valueText(value));
      const name = lines.length > 1 ? `${lines[i]!.name} ${title.toLowerCase()}` : title.toLowerCase();
      return value === undefined ? [] : [`${name} ${valueText(value)}`];
    });
  }

  dispose(): void {
    this.chart.dispose();
  }
}
