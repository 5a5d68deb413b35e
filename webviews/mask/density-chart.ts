// Density of every layer as bars in a row; a click chooses the layer. The list beside it is its keyboard.
import type { MaskLayer } from '../../core/protocol/training-host';
import { CanvasView, crisp } from '../ui/canvas';
import { css, mix } from '../ui/colour';
import { percent } from '../ui/format';
import { font, type Theme } from '../ui/theme';

export interface DensityListener {
  onChoose(index: number): void;
  onHover(index: number | undefined): void;
}

/** Few layers do not become walls. */
const maxSlot = 96;
const frame = { left: 46, right: 10, top: 6, bottom: 6 };

export class DensityChart extends CanvasView {
  private chosen = -1;
  private hover: number | undefined;

  constructor(
    private layers: readonly MaskLayer[],
    private readonly listener: DensityListener,
  ) {
    super('density-chart', { role: 'img' });
    this.update(layers);
    this.canvas.addEventListener('click', (event) => {
      const index = this.indexAt(event.offsetX);
      if (index !== undefined) listener.onChoose(index);
    });
    this.canvas.addEventListener('pointermove', (event) => this.point(this.indexAt(event.offsetX)));
    this.canvas.addEventListener('pointerleave', () => this.point(undefined));
  }

  /** The same layers, pruned further. */
  update(layers: readonly MaskLayer[]): void {
    this.layers = layers;
    const [min, max] = [Math.min, Math.max].map((pick) => pick(...layers.map(({ density }) => density)));
    const label = `Density of ${layers.length} layers, from ${percent(min!)} to ${percent(max!)}; the table has each`;
    this.canvas.setAttribute('aria-label', label);
    this.requestDraw();
  }

  choose(index: number): void {
    this.chosen = index;
    this.requestDraw();
  }

  protected draw(context: CanvasRenderingContext2D, theme: Theme): void {
    const { left, top } = frame;
    const height = this.height - top - frame.bottom;
    context.font = font(theme);
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    for (const share of [0, 0.5, 1]) {
      const y = crisp(top + (1 - share) * height - 0.5, this.ratio);
      context.fillStyle = css(theme.muted);
      context.fillText(`${share * 100} %`, left - 8, y);
      context.strokeStyle = css(theme.grid);
      context.beginPath();
      context.moveTo(left, y);
      context.lineTo(this.width - frame.right, y);
      context.stroke();
    }
    const colour = theme.series[0]!;
    this.layers.forEach(({ density }, index) => {
      const { x, width } = this.bar(index);
      const strong = index === this.chosen;
      const weak = theme.highContrast ? 0.75 : index === this.hover ? 0.75 : 0.5;
      context.fillStyle = css(strong ? colour : mix(theme.background, colour, weak));
      const tall = Math.max(1, density * height);
      context.beginPath();
      context.roundRect(x, top + height - tall, width, tall, width > 8 ? [2, 2, 0, 0] : 0);
      context.fill();
      if (!strong) return;
      // Not by colour alone: the chosen layer stands on a line.
      context.fillStyle = css(theme.foreground);
      context.fillRect(x, top + height + 2, width, 2);
    });
  }

  private bar(index: number): { x: number; width: number } {
    const slot = Math.min(maxSlot, (this.width - frame.left - frame.right) / this.layers.length);
    const gap = slot > 4 ? Math.min(8, slot * 0.25) : 0;
    return { x: frame.left + index * slot + gap / 2, width: Math.max(1, slot - gap) };
  }

  private indexAt(x: number): number | undefined {
    const slot = Math.min(maxSlot, (this.width - frame.left - frame.right) / this.layers.length);
    const index = Math.floor((x - frame.left) / slot);
    return index >= 0 && index < this.layers.length ? index : undefined;
  }

  private point(index: number | undefined): void {
    if (index === this.hover) return;
    this.hover = index;
    this.canvas.classList.toggle('pointing', index !== undefined);
    this.listener.onHover(index);
    this.requestDraw();
  }
}
