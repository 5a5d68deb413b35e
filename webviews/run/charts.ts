// The charts of a run, one above the other over the same steps, with a crosshair through all of them.
import { h, setText } from '../ui/dom';
import { percent, significant } from '../ui/format';
import { keep, kept } from '../ui/host';
import { tickText } from '../ui/ticks';
import { checkbox } from '../ui/toolkit';
import { Figure, type FigureSpec, percentTicks } from './figure';
import { Histograms } from './histogram';
import type { ChartListener, LineChart } from './line-chart';
import { methodSpecs } from './method-figures';
import type { Metrics } from './metrics';
import { accuracyRange, fromZero, wholeRange } from './ranges';

/** Of a detector it is called by what is measured instead. */
const accuracyTitle = 'Accuracy';

const common: readonly FigureSpec[] = [
  {
    title: 'Loss',
    keys: ['loss'],
    lines: [{ name: 'train', colour: ({ series }) => series[0]! }],
    range: fromZero,
    tickText,
    valueText: significant,
    steps: false,
    phaseNames: true,
  },
  {
    title: accuracyTitle,
    keys: ['trainAccuracy', 'testAccuracy'],
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
    keys: ['density'],
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
  private readonly common: readonly Figure[];
  /** As many as the method has names; made anew where there are new ones. */
  private ofMethod: readonly Figure[] = [];
  private readonly methodBox = h('div');
  private methodNames = '';
  private readonly histograms = new Histograms();
  private readonly listener: ChartListener;
  private readonly status = h('p', { class: 'crosshair quiet', role: 'status', 'aria-live': 'polite' });
  /** Index of the point under the crosshair. */
  private cursor: number | undefined;

  constructor(
    private readonly metrics: Metrics,
    private totalSteps: number,
  ) {
    this.listener = {
      onPoint: (step: number | undefined) =>
        this.point(step === undefined ? undefined : metrics.nearest(step)),
      onKey: (event: KeyboardEvent) => this.key(event),
    };
    this.common = common.map(
      (spec) =>
        new Figure(
          spec,
          this.listener,
          spec.title === 'Loss' ? (chart) => this.scaleSwitch(chart) : undefined,
        ),
    );
    this.element = h(
      'section',
      { class: 'charts', 'aria-label': 'Charts' },
      ...this.common.map(({ element }) => element),
      this.status,
      this.methodBox,
      this.histograms.element,
    );
    this.refresh(totalSteps);
  }

  /** The metrics changed. */
  refresh(totalSteps: number): void {
    const { metrics } = this;
    this.totalSteps = Math.max(1, totalSteps, metrics.last?.step ?? 0);
    if (this.cursor !== undefined && this.cursor >= metrics.length) this.cursor = undefined;
    const { shareName } = metrics;
    this.common[1]!.rename(shareName === 'accuracy' ? accuracyTitle : shareName);
    this.matchMethod();
    const phases = metrics.phases();
    for (const figure of this.figures()) figure.show(metrics, phases, this.totalSteps);
    this.tell();
  }

  dispose(): void {
    for (const figure of this.figures()) figure.dispose();
    this.histograms.dispose();
  }

  private figures(): Figure[] {
    return [...this.common, ...this.ofMethod];
  }

  private matchMethod(): void {
    const keys = this.metrics.methodKeys();
    if (keys.join('\n') === this.methodNames) return;
    this.methodNames = keys.join('\n');
    for (const figure of this.ofMethod) figure.dispose();
    this.ofMethod = methodSpecs(keys).map((spec) => new Figure(spec, this.listener));
    this.methodBox.replaceChildren(...this.ofMethod.map(({ element }) => element));
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
    for (const { chart } of this.figures()) chart.point(step);
    this.tell();
  }

  /** Values beside the names, and the crosshair's place in words. */
  private tell(): void {
    const pointed = this.cursor === undefined ? undefined : this.metrics.at(this.cursor);
    const step = pointed?.step ?? this.metrics.last?.step;
    const words = this.figures().flatMap((figure) => figure.tell(this.metrics, step));
    if (step !== undefined) this.histograms.show(this.metrics.histogramsAt(step));
    const hint = 'Point at a chart, or move along it with the arrow keys, to read its values.';
    const where =
      pointed && `Step ${pointed.step} of ${this.totalSteps}, ${pointed.phase}: ${words.join(', ')}`;
    setText(this.status, where ?? (this.metrics.length > 0 ? hint : 'Waiting for the first steps…'));
  }
}
