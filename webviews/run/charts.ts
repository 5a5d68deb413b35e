// The charts of a run, one above the other over the same steps, with a crosshair through all of them.
import { h, setText } from '../ui/dom';
import { keep, kept } from '../ui/host';
import { checkbox } from '../ui/toolkit';
import { Figure, type FigureSpec } from './figure';
import { Histograms } from './histogram';
import type { ChartListener, LineChart } from './line-chart';
import { methodSpecs } from './method-figures';
import type { Metrics } from './metrics';
import { densitySpec, lossSpec, taskSpecs } from './task-figures';

export class RunCharts {
  readonly element: HTMLElement;
  private readonly loss: Figure;
  private readonly density: Figure;
  private readonly ofTask: FigureGroup;
  /** As many as the method has names. */
  private readonly ofMethod: FigureGroup;
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
    this.loss = new Figure(lossSpec, this.listener, (chart) => this.scaleSwitch(chart));
    this.density = new Figure(densitySpec, this.listener);
    this.ofTask = new FigureGroup(this.listener);
    this.ofMethod = new FigureGroup(this.listener);
    this.element = h(
      'section',
      { class: 'charts', 'aria-label': 'Charts' },
      this.loss.element,
      this.ofTask.element,
      this.density.element,
      this.status,
      this.ofMethod.element,
      this.histograms.element,
    );
    this.refresh(totalSteps);
  }

  /** The metrics changed. */
  refresh(totalSteps: number): void {
    const { metrics } = this;
    this.totalSteps = Math.max(1, totalSteps, metrics.last?.step ?? 0);
    if (this.cursor !== undefined && this.cursor >= metrics.length) this.cursor = undefined;
    this.ofTask.match(taskSpecs(metrics));
    this.ofMethod.match(methodSpecs(metrics.methodKeys()));
    const phases = metrics.phases();
    for (const figure of this.figures()) figure.show(metrics, phases, this.totalSteps);
    this.tell();
  }

  dispose(): void {
    for (const figure of this.figures()) figure.dispose();
    this.histograms.dispose();
  }

  private figures(): Figure[] {
    return [this.loss, ...this.ofTask.figures, this.density, ...this.ofMethod.figures];
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

/** Figures that come and go with what there is to draw. */
class FigureGroup {
  readonly element = h('div');
  figures: readonly Figure[] = [];
  private names = '';

  constructor(private readonly listener: ChartListener) {}

  /** Made anew only where there are others: a chart under the pointer stays. */
  match(specs: readonly FigureSpec[]): void {
    const names = specs.flatMap(({ title, keys }) => [title, ...keys]).join('\n');
    if (names === this.names) return;
    this.names = names;
    for (const figure of this.figures) figure.dispose();
    this.figures = specs.map((spec) => new Figure(spec, this.listener));
    this.element.replaceChildren(...this.figures.map(({ element }) => element));
  }
}
