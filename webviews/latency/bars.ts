// Dense above sparse as bars with their 10–90 whiskers, and the axis that such bars share.
import type { Comparison, Spread } from '../../core/runs/latency-report';
import { CanvasView, crisp } from '../ui/canvas';
import { css, mix, type Rgba } from '../ui/colour';
import { font, type Theme } from '../ui/theme';
import { ticks, tickText } from '../ui/ticks';

export const denseColour = ({ background, foreground, highContrast }: Theme): Rgba =>
  highContrast ? foreground : mix(background, foreground, 0.5);
export const sparseColour = ({ series }: Theme): Rgba => series[0]!;

/** The last tick's label is centred on its end. */
const right = 18;

/** @param max milliseconds at the right end of the axis */
export class PairBars extends CanvasView {
  constructor(
    private readonly comparison: Comparison,
    private readonly max: number,
    private readonly thickness: number,
  ) {
    super('pair-bars', { 'aria-hidden': 'true' });
    this.element.style.height = `${thickness * 2 + 6}px`;
  }

  protected draw(context: CanvasRenderingContext2D, theme: Theme): void {
    const { dense, sparse } = this.comparison;
    const width = this.width - right;
    context.fillStyle = context.strokeStyle = css(theme.grid);
    for (const value of axisTicks(this.max, width)) {
      const x = crisp((value / this.max) * width - 0.5, this.ratio);
      context.beginPath();
      context.moveTo(x, 0);
      context.lineTo(x, this.height);
      context.stroke();
    }
    this.bar(context, theme, dense, denseColour(theme), 2);
    this.bar(context, theme, sparse, sparseColour(theme), 4 + this.thickness);
  }

  private bar(
    context: CanvasRenderingContext2D,
    theme: Theme,
    spread: Spread,
    colour: Rgba,
    top: number,
  ): void {
    const at = (value: number) => (Math.min(this.max, value) / this.max) * (this.width - right);
    const { thickness } = this;
    context.fillStyle = css(colour);
    context.beginPath();
    context.roundRect(0, top, Math.max(1, at(spread.median)), thickness, [0, 2, 2, 0]);
    context.fill();
    const middle = crisp(top + thickness / 2 - 0.5, this.ratio);
    const [low, high] = [at(spread.low), at(spread.high)].map((x) => crisp(x - 0.5, this.ratio)) as [
      number,
      number,
    ];
    // Over the bar and beyond it: a rim in the ground's colour keeps it legible on both.
    for (const [width, ink] of [
      [3, theme.background],
      [1, theme.foreground],
    ] as const) {
      context.lineWidth = width;
      context.strokeStyle = css(ink);
      context.beginPath();
      context.moveTo(low, middle);
      context.lineTo(high, middle);
      for (const x of [low, high]) {
        context.moveTo(x, middle - thickness / 4);
        context.lineTo(x, middle + thickness / 4);
      }
      context.stroke();
    }
  }
}

export class TimeAxis extends CanvasView {
  constructor(private readonly max: number) {
    super('time-axis', { 'aria-hidden': 'true' });
  }

  protected draw(context: CanvasRenderingContext2D, theme: Theme): void {
    const width = this.width - right;
    const marks = axisTicks(this.max, width);
    context.font = font(theme);
    context.fillStyle = css(theme.muted);
    context.textBaseline = 'alphabetic';
    for (const value of marks) {
      // The first label would hang over the left edge, so it begins there.
      context.textAlign = value === 0 ? 'left' : 'center';
      const text = tickText(value, marks);
      context.fillText(value === 0 ? '0 ms' : text, (value / this.max) * width, this.height - 4);
    }
  }
}

const axisTicks = (max: number, width: number): number[] =>
  ticks(0, max, Math.max(1, Math.min(6, width / 70)));
