// Lines over training steps: phases behind them, a crosshair that all charts of a run share.
import { CanvasView, crisp } from '../ui/canvas';
import { css, mix, type Rgba } from '../ui/colour';
import { font, type Theme } from '../ui/theme';
import { logTicks, ticks } from '../ui/ticks';
import { decimate } from './decimate';
import { nearestIndex, type PhaseSpan, type Series } from './metrics';
import { logRange, type Range } from './ranges';

export interface Line {
  readonly name: string;
  readonly colour: (theme: Theme) => Rgba;
  /** Few and far between: each point is a dot, too. */
  readonly dots?: boolean;
}

export interface ChartSpec {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly range: (series: readonly Series[]) => Range;
  readonly tickText: (value: number, marks: readonly number[]) => string;
  /** Whether the steps are written below: once for charts that stand on each other. */
  readonly steps: boolean;
  /** Whether the phases are named. */
  readonly phaseNames: boolean;
}

export interface ChartData {
  readonly series: readonly Series[];
  readonly phases: readonly PhaseSpan[];
  readonly totalSteps: number;
}

export interface ChartListener {
  /** The pointer is at a step, or has left. */
  onPoint(step: number | undefined): void;
  onKey(event: KeyboardEvent): void;
}

const margin = { left: 52, right: 12 };

export class LineChart extends CanvasView {
  private data: ChartData = { series: [], phases: [], totalSteps: 1 };
  private cursor: number | undefined;
  private logarithmic = false;
  private range: Range = [0, 1];
  private revision = 0;
  private readonly sheet = document.createElement('canvas');
  private sheetStamp = '';

  constructor(
    private readonly spec: ChartSpec,
    listener: ChartListener,
  ) {
    super(`line-chart ${spec.steps ? 'with-steps' : ''}`, { role: 'application', tabindex: 0 });
    const { canvas } = this;
    canvas.setAttribute('aria-roledescription', 'line chart');
    canvas.setAttribute('aria-label', `${spec.title} over training steps. Left and right read the values.`);
    canvas.addEventListener('pointermove', (event) => listener.onPoint(this.stepAt(event.offsetX)));
    canvas.addEventListener('pointerleave', () => listener.onPoint(undefined));
    canvas.addEventListener('keydown', (event) => listener.onKey(event));
  }

  show(data: ChartData): void {
    this.data = data;
    this.measureRange();
    this.requestDraw();
  }

  /** On a logarithmic axis values of 0 and below are not drawn. */
  scale(logarithmic: boolean): void {
    this.logarithmic = logarithmic;
    this.measureRange();
    this.requestDraw();
  }

  point(step: number | undefined): void {
    if (step === this.cursor) return;
    this.cursor = step;
    this.requestDraw();
  }

  protected draw(context: CanvasRenderingContext2D, theme: Theme): void {
    context.drawImage(this.sheetFor(theme), 0, 0, this.width, this.height);
    if (this.cursor !== undefined) this.drawCursor(context, theme, this.range, this.cursor);
  }

  /** Everything but the crosshair, drawn once: long lines take longer than a frame. */
  private sheetFor(theme: Theme): HTMLCanvasElement {
    const { width, height } = this.canvas;
    const stamp = [this.revision, theme.version, width, height].join(' ');
    if (stamp === this.sheetStamp) return this.sheet;
    this.sheetStamp = stamp;
    [this.sheet.width, this.sheet.height] = [width, height];
    const context = this.sheet.getContext('2d');
    context?.scale(this.ratio, this.ratio);
    if (context) this.drawSheet(context, theme);
    return this.sheet;
  }

  private drawSheet(context: CanvasRenderingContext2D, theme: Theme): void {
    const { data, range } = this;
    context.font = font(theme);
    this.drawPhases(context, theme);
    this.drawGrid(context, theme, range);
    const { left, right, top, bottom } = this.plot;
    context.beginPath();
    // A dot on the border is whole.
    context.rect(left - 4, top - 4, right - left + 8, bottom - top + 8);
    context.clip();
    data.series.forEach((line, i) => this.drawLine(context, theme, line, this.spec.lines[i]!, range));
  }

  /** Once for each change of the data: a crosshair redraws without looking at every point again. */
  private measureRange(): void {
    const { series } = this.data;
    this.range = this.logarithmic ? logRange(series) : this.spec.range(series);
    this.revision++;
  }

  private get plot() {
    const { phaseNames, steps } = this.spec;
    return {
      left: margin.left,
      right: Math.max(margin.left + 1, this.width - margin.right),
      top: phaseNames ? 20 : 6,
      bottom: this.height - (steps ? 22 : 6),
    };
  }

  private x(step: number): number {
    const { left, right } = this.plot;
    return left + (step / Math.max(1, this.data.totalSteps)) * (right - left);
  }

  private y(value: number, [low, high]: Range): number {
    const { top, bottom } = this.plot;
    const at = this.logarithmic ? Math.log10 : (linear: number) => linear;
    return bottom - ((at(value) - at(low)) / (at(high) - at(low) || 1)) * (bottom - top);
  }

  private stepAt(x: number): number | undefined {
    const { left, right } = this.plot;
    if (x < left - 4 || x > right + 4) return undefined;
    return ((x - left) / (right - left)) * this.data.totalSteps;
  }

  private drawPhases(context: CanvasRenderingContext2D, theme: Theme): void {
    const { top, bottom } = this.plot;
    const tint = css(mix(theme.background, theme.foreground, 0.045));
    context.textAlign = 'left';
    context.textBaseline = 'alphabetic';
    this.data.phases.forEach(({ phase, from, to }, i) => {
      const [x0, x1] = [this.x(i === 0 ? 0 : from), this.x(to)];
      if (i % 2 === 1 && !theme.highContrast) {
        context.fillStyle = tint;
        context.fillRect(x0, top, x1 - x0, bottom - top);
      }
      if (i > 0) {
        context.strokeStyle = css(theme.highContrast ? theme.border : theme.grid);
        context.setLineDash([3, 3]);
        line(
          context,
          crisp(x0, this.ratio),
          top - (this.spec.phaseNames ? 14 : 0),
          crisp(x0, this.ratio),
          bottom,
        );
        context.setLineDash([]);
      }
      if (!this.spec.phaseNames || context.measureText(phase).width + 10 > x1 - x0) return;
      context.fillStyle = css(theme.muted);
      context.fillText(phase, x0 + (i > 0 ? 6 : 0), top - 6);
    });
  }

  private drawGrid(context: CanvasRenderingContext2D, theme: Theme, range: Range): void {
    const { left, right, top, bottom } = this.plot;
    const count = Math.max(1, Math.min(5, (bottom - top) / 34));
    const marks = this.logarithmic ? logTicks(range[0], range[1], count) : ticks(range[0], range[1], count);
    context.lineWidth = 1;
    context.strokeStyle = css(theme.grid);
    context.fillStyle = css(theme.muted);
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    for (const mark of marks) {
      const y = crisp(this.y(mark, range) - 0.5, this.ratio);
      line(context, left, y, right, y);
      context.fillText(this.spec.tickText(mark, this.logarithmic ? [mark] : marks), left - 8, y);
    }
    if (!this.spec.steps) return;
    context.textBaseline = 'alphabetic';
    const total = this.data.totalSteps;
    for (const step of ticks(0, total, Math.max(1, Math.min(8, (right - left) / 90)), true)) {
      const x = this.x(step);
      // The outer labels stay inside the canvas.
      context.textAlign = x > right - 16 ? 'right' : step === 0 ? 'left' : 'center';
      context.fillText(step === 0 ? 'step 0' : String(step), x, this.height - 5);
      line(context, crisp(x - 0.5, this.ratio), bottom, crisp(x - 0.5, this.ratio), bottom + 4);
    }
  }

  private drawLine(
    context: CanvasRenderingContext2D,
    theme: Theme,
    series: Series,
    { colour, dots }: Line,
    range: Range,
  ): void {
    const { left, right } = this.plot;
    const { xs, ys } = decimate(series, Math.max(1, Math.round((right - left) * this.ratio)));
    context.strokeStyle = context.fillStyle = css(colour(theme));
    context.lineWidth = theme.highContrast ? 2 : 1.5;
    context.lineJoin = 'round';
    context.beginPath();
    xs.forEach((x, i) => {
      const y = this.y(ys[i]!, range);
      if (Number.isFinite(y)) context.lineTo(this.x(x), y);
    });
    context.stroke();
    // Dots that would touch each other say no more than the line.
    if (!dots && xs.length > 1) return;
    if (xs.length > (right - left) / 8) return;
    xs.forEach((x, i) => dot(context, this.x(x), this.y(ys[i]!, range), 2.5));
  }

  private drawCursor(context: CanvasRenderingContext2D, theme: Theme, range: Range, step: number): void {
    const { top, bottom } = this.plot;
    const x = crisp(this.x(step) - 0.5, this.ratio);
    context.strokeStyle = css(theme.foreground);
    context.lineWidth = 1;
    line(context, x, top, x, bottom);
    this.data.series.forEach((series, i) => {
      const at = nearestIndex(series.xs.length, (index) => series.xs[index]!, step);
      if (at === undefined) return;
      const value = series.ys[at]!;
      if (value < range[0] || value > range[1]) return;
      // Only where this line has a point near the crosshair.
      if (Math.abs(this.x(series.xs[at]!) - x) > 24) return;
      context.fillStyle = css(theme.background);
      dot(context, this.x(series.xs[at]!), this.y(value, range), 5);
      context.fillStyle = css(this.spec.lines[i]!.colour(theme));
      dot(context, this.x(series.xs[at]!), this.y(value, range), 3.5);
    });
  }
}

function line(context: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

function dot(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, Math.PI * 2);
  context.fill();
}
