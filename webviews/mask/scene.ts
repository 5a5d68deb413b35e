// What one drawing of the matrix is made from, and where its rows and columns fall on the canvas.
import type { Theme } from '../ui/theme';
import type { LayerSource } from './layer-source';
import type { PageBitmaps } from './page-bitmaps';
import type { ColourMode } from './raster';
import type { Extent, Viewport } from './viewport';

export interface Cell {
  readonly row: number;
  readonly col: number;
}

/** Where the cells are, in CSS pixels of the canvas. */
export interface Plot {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Scene {
  readonly context: CanvasRenderingContext2D;
  readonly theme: Theme;
  readonly plot: Plot;
  readonly extent: Extent;
  readonly view: Viewport;
  readonly source: LayerSource;
  readonly mode: ColourMode;
  /** Device pixels in a CSS pixel. */
  readonly ratio: number;
  readonly marked: Cell | undefined;
  readonly bitmaps: PageBitmaps;
}

/** The part of the plot that the matrix covers. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** CSS pixels of the canvas at a column and row, on a device pixel: neighbours then meet without a seam. */
export const xAt = ({ plot, view, ratio }: Scene, col: number): number =>
  Math.round((plot.left + (col - view.x) * view.scale) * ratio) / ratio;
export const yAt = ({ plot, view, ratio }: Scene, row: number): number =>
  Math.round((plot.top + (row - view.y) * view.scale) * ratio) / ratio;

/** Room beside the plot for row and column numbers, and for the bars of kept channels. */
export const gutter = { left: 46, top: 22, right: 10, bottom: 10, bars: 16 };
