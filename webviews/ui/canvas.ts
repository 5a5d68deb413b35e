// A canvas that fits its box and the screen's pixels, draws once a frame at most, and again when the theme changes.
import { h } from './dom';
import { onThemeChange, type Theme, theme } from './theme';

export abstract class CanvasView {
  readonly canvas: HTMLCanvasElement;
  /** The box that the canvas fills; its size is CSS's business. */
  readonly element: HTMLElement;
  /** CSS pixels. */
  protected width = 0;
  protected height = 0;
  /** Device pixels in a CSS pixel. */
  protected ratio = 1;
  private frame = 0;
  private readonly ends: (() => void)[] = [];

  constructor(className: string, attributes: Readonly<Record<string, string | number>> = {}) {
    this.canvas = h('canvas', attributes);
    this.element = h('div', { class: `canvas ${className}` }, this.canvas);
    const observer = new ResizeObserver((entries) => this.resized(entries.at(-1)!));
    try {
      // Exact device pixels, and a call when only the zoom changes.
      observer.observe(this.element, { box: 'device-pixel-content-box' });
    } catch {
      observer.observe(this.element);
    }
    this.ends.push(
      () => observer.disconnect(),
      onThemeChange(() => this.requestDraw()),
    );
  }

  /** `context` measures in CSS pixels; the canvas is already cleared. */
  protected abstract draw(context: CanvasRenderingContext2D, theme: Theme): void;

  /** Called after the box changed, before it is drawn. */
  protected onResize(): void {}

  requestDraw(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      const context = this.canvas.getContext('2d');
      if (!context || this.width === 0 || this.height === 0) return;
      context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      context.clearRect(0, 0, this.width, this.height);
      this.draw(context, theme());
    });
  }

  dispose(): void {
    cancelAnimationFrame(this.frame);
    for (const end of this.ends) end();
  }

  private resized(entry: ResizeObserverEntry): void {
    const { width, height } = entry.contentRect;
    const device = entry.devicePixelContentBoxSize?.[0];
    const [deviceWidth, deviceHeight] = device
      ? [device.inlineSize, device.blockSize]
      : [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
    if (deviceWidth === this.canvas.width && deviceHeight === this.canvas.height && width === this.width)
      return;
    [this.width, this.height] = [width, height];
    this.ratio = width > 0 ? deviceWidth / width : 1;
    [this.canvas.width, this.canvas.height] = [deviceWidth, deviceHeight];
    this.onResize();
    this.requestDraw();
  }
}

/** Hairlines are sharp where they lie on the middle of a device pixel. */
export const crisp = (value: number, ratio: number): number => (Math.round(value * ratio) + 0.5) / ratio;
