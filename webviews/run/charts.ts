// The three charts of a run, one above the other over the same steps, with a crosshair through all of them.
import { h, setText } from '../ui/dom';
import { percent, significant } from '../ui/format';
import { keep, kept } from '../ui/host';
import { swatch } from '../ui/swatch';
import { tickText } from '../ui/ticks';
import { checkbox } from '../ui/toolkit';
import { type ChartSpec, LineChart } from './line-chart';
import type { Metrics } from './metrics';
import { accuracyRange, fromZero, wholeRange } from './ranges';

type Field = 'loss' | 'trainAccuracy' | 'testAccuracy' | 'density';
type Spec = ChartSpec & { readonly fields: readonly Field[]; readonly valueText: (value: number) => string };

const percentTicks = (value: number, marks: readonly number[]): string =>
  `${tickText(
    value * 100,
    marks.map((mark) => mark * 100),
  )} %`;

/** Of a detector it is called by what is measured instead. */
const accuracyTitle = 'Accuracy';

const specs: readonly Spec[] = [
  {
    title: 'Loss',
    fields: ['loss'],
    lines: [{ name: 'train', colour: ({ series }) => series[0]! }],
    range: fromZero,
    tickText,
    valueText: significant,
    steps: false,
    phaseNames: true,
  },
  {
    title: accuracyTitle,
    fields: ['trainAccuracy', 'testAccuracy'],
    lines: [
      { name: 'train', colour: ({ series }) => series[0]! },
      { name: 'test', colour: ({ series }) => series[1]!, dots: true },
    ],
    range: accuracyRange,
    tickText: percentTicks,
    valueText: percent,
    steps: false,
    phaseNames: false,
  },
  {
    title: 'Density',
    fields: ['density'],
    lines: [{ name: 'prunable weights kept', colour: ({ series }) => series[2]! }],
    range: wholeRange,
    tickText: percentTicks,
    valueText: percent,
    steps: true,
    phaseNames: false,
  },
];

export class RunCharts {
  readonly element: HTMLElement;
  private readonly charts: readonly LineChart[];
  private readonly values = new Map<string, HTMLElement>();
  private shareTitle: HTMLElement | undefined;
  private readonly status = h('p', { class: 'crosshair quiet', role: 'status', 'aria-live': 'polite' });
  /** Index of the point under the crosshair. */
  private cursor: number | undefined;

  constructor(
    private readonly metrics: Metrics,
    private totalSteps: number,
  ) {
    const listener = {
      onPoint: (step: number | undefined) =>
        this.point(step === undefined ? undefined : metrics.nearest(step)),
      onKey: (event: KeyboardEvent) => this.key(event),
    };
    this.charts = specs.map((spec) => new LineChart(spec, listener));
    const figures = specs.map((spec, i) => {
      const chart = this.charts[i]!;
      const scale = spec.title === 'Loss' && this.scaleSwitch(chart);
      const title = h('h2', {}, spec.title);
      if (spec.title === accuracyTitle) this.shareTitle = title;
      const caption = h('figcaption', {}, title, this.legend(spec), scale);
      return h('figure', {}, caption, chart.element);
    });
    this.element = h('section', { class: 'charts', 'aria-label': 'Charts' }, ...figures, this.status);
    this.refresh(totalSteps);
  }

  /** The metrics changed. */
  refresh(totalSteps: number): void {
    this.totalSteps = Math.max(1, totalSteps, this.metrics.last?.step ?? 0);
    if (this.cursor !== undefined && this.cursor >= this.metrics.length) this.cursor = undefined;
    if (this.shareTitle) setText(this.shareTitle, this.shareTitleText());
    const phases = this.metrics.phases();
    specs.forEach(({ fields }, i) =>
      this.charts[i]!.show({
        series: fields.map((field) => this.metrics.series(field)),
        phases,
        totalSteps: this.totalSteps,
      }),
    );
    this.tell();
  }

  private shareTitleText(): string {
    const { shareName } = this.metrics;
    return shareName === 'accuracy' ? accuracyTitle : shareName;
  }

  dispose(): void {
    for (const chart of this.charts) chart.dispose();
  }

  private legend({ lines, fields }: Spec): HTMLElement {
    const entries = lines.map(({ name, colour }, i) => {
      const value = h('span', { class: 'value' });
      this.values.set(fields[i]!, value);
      return h('span', {}, swatch(colour, 'line'), h('span', { class: 'quiet' }, name), value);
    });
    return h('span', { class: 'legend' }, ...entries);
  }

  /** Late losses differ by little: on a logarithmic axis they can be told apart. */
  private scaleSwitch(chart: LineChart): HTMLElement {
    const show = (logarithmic: boolean) => {
      chart.scale(logarithmic);
      keep({ logLoss: logarithmic });
    };
    const logarithmic = kept()['logLoss'] === true;
    if (logarithmic) show(true);
    return checkbox('log scale', logarithmic, show);
  }

  private key(event: KeyboardEvent): void {
    const { length } = this.metrics;
    const from = this.cursor ?? length - 1;
    const step = event.shiftKey ? Math.max(1, Math.round(length / 20)) : 1;
    const targets: Readonly<Record<string, number | undefined>> = {
      ArrowLeft: this.cursor === undefined ? from : from - step,
      ArrowRight: from + step,
      Home: 0,
      End: length - 1,
      Escape: undefined,
    };
    if (!(event.key in targets) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const target = targets[event.key];
    this.point(target === undefined || length === 0 ? undefined : Math.min(length - 1, Math.max(0, target)));
  }

  private point(index: number | undefined): void {
    this.cursor = index;
    const step = index === undefined ? undefined : this.metrics.at(index)?.step;
    for (const chart of this.charts) chart.point(step);
    this.tell();
  }

  /** Values beside the names, and the crosshair's place in words. */
  private tell(): void {
    const pointed = this.cursor === undefined ? undefined : this.metrics.at(this.cursor);
    const step = pointed?.step ?? this.metrics.last?.step;
    const words: string[] = [];
    for (const { title, fields, lines, valueText } of specs) {
      fields.forEach((field, i) => {
        const value = step === undefined ? undefined : this.metrics.valueAt(field, step);
        setText(this.values.get(field)!, value === undefined ? '–' : valueText(value));
        const name = lines.length > 1 ? `${lines[i]!.name} ${title.toLowerCase()}` : title.toLowerCase();
        if (value !== undefined) words.push(`${name} ${valueText(value)}`);
      });
    }
    const hint = 'Point at a chart, or move along it with the arrow keys, to read its values.';
    const where =
      pointed && `Step ${pointed.step} of ${this.totalSteps}, ${pointed.phase}: ${words.join(', ')}`;
    setText(this.status, where ?? (this.metrics.length > 0 ? hint : 'Waiting for the first steps…'));
  }
}
