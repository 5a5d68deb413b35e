// A histogram of what a method tells apart, its series stacked: scales of channels that stay and of those that go.
import type { Histogram } from '../../core/runs/run-record';
import { CanvasView, crisp } from '../ui/canvas';
import { css, type Rgba } from '../ui/colour';
import { h, setText } from '../ui/dom';
import { significant } from '../ui/format';
import { swatch } from '../ui/swatch';
import { font, type Theme } from '../ui/theme';
import { ticks, tickText } from '../ui/ticks';

const margin = { left: 52, right: 12, top: 6, bottom: 22 };

const colourOf =
  (i: number) =>
  ({ series }: Theme): Rgba =>
    series[i % series.length]!;

/** All histograms of a run, at the crosshair's step or the last. */
export class Histograms {
  readonly element = h('div', { class: 'histograms' });
  private readonly shown = new Map<string, HistogramFigure>();

  show(histograms: readonly Histogram[]): void {
    for (const histogram of histograms) {
      const key = [histogram.of, ...Object.keys(histogram.series)].join('\n');
      let figure = this.shown.get(key);
      if (!figure) {
        figure = new HistogramFigure(histogram);
        this.shown.set(key, figure);
        this.element.append(figure.element);
      }
      figure.show(histogram);
    }
  }

  dispose(): void {
    for (const figure of this.shown.values()) figure.dispose();
  }
}

class HistogramFigure {
  readonly element: HTMLElement;
  private readonly bars = new Bars();
  private readonly counts = new Map<string, HTMLElement>();

  constructor({ of, series }: Histogram) {
    const entries = Object.keys(series).map((name, i) => {
      const count = h('span', { class: 'value' });
      this.counts.set(name, count);
      return h('span', {}, swatch(colourOf(i)), h('span', { class: 'quiet' }, name), count);
    });
    const caption = h(
      'figcaption',
      {},
      h('h2', {}, `Histogram of ${of}`),
      h('span', { class: 'legend' }, ...entries),
    );
    this.element = h('figure', {}, caption, this.bars.element);
  }

  show(histogram: Histogram): void {
    for (const [name, counts] of Object.entries(histogram.series))
      setText(this.counts.get(name)!, String(counts.reduce((sum, count) => sum + count, 0)));
    this.bars.show(histogram);
  }

  dispose(): void {
    this.bars.dispose();
  }
}

class Bars extends CanvasView {
  private histogram: Histogram | undefined;

  constructor() {
    super('histogram', { role: 'img' });
  }

  show(histogram: Histogram): void {
    this.histogram = histogram;
    this.canvas.setAttribute('aria-label', described(histogram));
    this.requestDraw();
  }

  protected draw(context: CanvasRenderingContext2D, theme: Theme): void {
    if (!this.histogram) return;
    const { edges, series } = this.histogram;
    const all = Object.values(series);
    const bins = edges.length - 1;
    const most = Math.max(1, ...Array.from({ length: bins }, (_, bin) => stacked(all, bin)));
    const [left, right] = [margin.left, this.width - margin.right];
    const [top, bottom] = [margin.top, this.height - margin.bottom];
    const x = (edge: number) =>
      left + ((edge - edges[0]!) / (edges[bins]! - edges[0]! || 1)) * (right - left);
    const y = (count: number) => bottom - (count / most) * (bottom - top);
    context.font = font(theme);
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    for (const mark of ticks(0, most, 3, true)) {
      context.fillStyle = css(theme.grid);
      context.fillRect(left, crisp(y(mark) - 0.5, this.ratio), right - left, 1 / this.ratio);
      context.fillStyle = css(theme.muted);
      context.fillText(String(mark), left - 8, y(mark));
    }
    context.fillStyle = css(theme.muted);
    context.textAlign = 'center';
    context.textBaseline = 'alphabetic';
    const marks = ticks(edges[0]!, edges[bins]!, 8);
    for (const mark of marks) context.fillText(tickText(mark, marks), x(mark), this.height - 5);
    for (let bin = 0; bin < bins; bin++) {
      let below = 0;
      all.forEach((counts, i) => {
        const count = counts[bin] ?? 0;
        context.fillStyle = css(colourOf(i)(theme));
        const [from, to] = [x(edges[bin]!), x(edges[bin + 1]!)];
        context.fillRect(
          from + 0.5,
          y(below + count),
          Math.max(1, to - from - 1),
          y(below) - y(below + count),
        );
        below += count;
      });
    }
  }
}

const stacked = (series: readonly (readonly number[])[], bin: number): number =>
  series.reduce((sum, counts) => sum + (counts[bin] ?? 0), 0);

/** For those who hear it: how many of each series, and where most of them lie. */
function described({ of, edges, series }: Histogram): string {
  const words = Object.entries(series).map(([name, counts]) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    const peak = counts.indexOf(Math.max(...counts));
    return `${total} ${name}, most between ${significant(edges[peak]!)} and ${significant(edges[peak + 1]!)}`;
  });
  return `${of}: ${words.join('; ')}`;
}
