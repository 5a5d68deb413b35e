// Level of detail: which pages of which stride show a viewport, so that a layer of any size costs a few pages.
import type { Extent, Viewport } from './viewport';

/** Cells along the side of a page: 256² is 64 kB of densities, quick to send and to paint. */
export const pageSide = 256;

/** A page of a layer: `row` and `col` count pages of this stride, not weights. */
export interface PageKey {
  readonly stride: number;
  readonly row: number;
  readonly col: number;
}

/** The window of weights that a page covers, clipped to the matrix. */
export interface PageWindow {
  readonly row: number;
  readonly col: number;
  readonly rows: number;
  readonly cols: number;
}

/** The power of two at which a cell of the page is at most one CSS pixel and more than half of one. */
export const strideFor = (scale: number): number => 2 ** Math.max(0, Math.floor(Math.log2(1 / scale) + 1e-9));

/** The stride at which one page holds the whole matrix: what is shown until finer pages arrive. */
export function overviewStride(rows: number, cols: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(Math.max(rows, cols, 1) / pageSide)));
}

/** Pages of `stride` that touch the plot, nearest to its middle first. */
export function pagesIn(view: Viewport, { rows, cols, width, height }: Extent, stride: number): PageKey[] {
  const side = pageSide * stride;
  const span = (start: number, pixels: number, cells: number): [number, number] => [
    Math.max(0, Math.floor(start / side)),
    Math.min(Math.ceil(cells / side), Math.ceil((start + pixels / view.scale) / side)) - 1,
  ];
  const [top, bottom] = span(view.y, height, rows);
  const [left, right] = span(view.x, width, cols);
  const keys: PageKey[] = [];
  for (let row = top; row <= bottom; row++)
    for (let col = left; col <= right; col++) keys.push({ stride, row, col });
  const [midRow, midCol] = [
    (view.y + height / view.scale / 2) / side,
    (view.x + width / view.scale / 2) / side,
  ];
  const far = ({ row, col }: PageKey) => Math.hypot(row + 0.5 - midRow, col + 0.5 - midCol);
  return keys.sort((a, b) => far(a) - far(b));
}

export function pageWindow({ stride, row, col }: PageKey, rows: number, cols: number): PageWindow {
  const side = pageSide * stride;
  const [top, left] = [row * side, col * side];
  return { row: top, col: left, rows: Math.min(side, rows - top), cols: Math.min(side, cols - left) };
}

export const keyText = ({ stride, row, col }: PageKey): string => `${stride}:${row}:${col}`;
