// Pages painted once for a colouring, and again only when it changes.
import type { Theme } from '../ui/theme';
import type { LoadedPage } from './layer-source';
import { type ColourMode, paintPage, palette, shader } from './raster';

interface Painted {
  readonly stamp: string;
  readonly canvas: HTMLCanvasElement;
}

export class PageBitmaps {
  /** Goes with the page when the cache lets it go. */
  private readonly painted = new WeakMap<LoadedPage, Painted>();

  get(loaded: LoadedPage, mode: ColourMode, reference: number, theme: Theme): HTMLCanvasElement {
    const stamp = `${mode} ${reference} ${theme.version}`;
    const known = this.painted.get(loaded);
    if (known?.stamp === stamp) return known.canvas;
    const { page } = loaded;
    const canvas = known?.canvas ?? document.createElement('canvas');
    [canvas.width, canvas.height] = [page.cols, page.rows];
    const pixels = paintPage(page, shader(page, mode, reference, palette(theme)));
    canvas.getContext('2d')?.putImageData(new ImageData(pixels, page.cols, page.rows), 0, 0);
    this.painted.set(loaded, { stamp, canvas });
    return canvas;
  }
}
