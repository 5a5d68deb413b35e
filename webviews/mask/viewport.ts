// Which part of a matrix is seen and how large: pan and zoom as arithmetic on one value.

/** The matrix column and row at the top left corner of the plot, and CSS pixels a cell. */
export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** Rows × cols of the matrix and CSS pixels of the plot. */
export interface Extent {
  readonly rows: number;
  readonly cols: number;
  readonly width: number;
  readonly height: number;
}

/** A cell this large holds its value as text. */
export const maxScale = 72;
/** A small layer shown whole does not need cells larger than this. */
const fitScale = 28;

/** The whole matrix. */
export function fit(extent: Extent): Viewport {
  return clamp({ x: 0, y: 0, scale: Math.min(fitScale, wholeScale(extent)) }, extent);
}

/** Keeps the matrix on the plot: at its start along an axis where it is smaller, without margins where it is larger. */
export function clamp({ x, y, scale }: Viewport, extent: Extent): Viewport {
  const bounded = Math.min(maxScale, Math.max(Math.min(wholeScale(extent), fitScale), scale));
  const along = (start: number, cells: number, pixels: number) => {
    const seen = pixels / bounded;
    return Math.max(0, Math.min(cells - seen, start));
  };
  return {
    x: along(x, extent.cols, extent.width),
    y: along(y, extent.rows, extent.height),
    scale: bounded,
  };
}

/** Zooms so that what lies under the point (CSS pixels in the plot) stays there. */
export function zoomAt(view: Viewport, extent: Extent, factor: number, px: number, py: number): Viewport {
  const scale = clamp({ ...view, scale: view.scale * factor }, extent).scale;
  return clamp(
    { x: view.x + px / view.scale - px / scale, y: view.y + py / view.scale - py / scale, scale },
    extent,
  );
}

/** Moves the least that brings a cell into sight, with a margin of one cell where there is room. */
export function reveal(view: Viewport, extent: Extent, row: number, col: number): Viewport {
  const along = (start: number, cell: number, pixels: number) => {
    const seen = pixels / view.scale;
    const margin = seen > 4 ? 1 : 0;
    if (cell - margin < start) return cell - margin;
    return cell + 1 + margin > start + seen ? cell + 1 + margin - seen : start;
  };
  const { width, height } = extent;
  return clamp({ ...view, x: along(view.x, col, width), y: along(view.y, row, height) }, extent);
}

/** The cell under a point of the plot; undefined beside the matrix. */
export function cellAt(view: Viewport, { rows, cols }: Extent, px: number, py: number) {
  const [row, col] = [Math.floor(view.y + py / view.scale), Math.floor(view.x + px / view.scale)];
  return row >= 0 && col >= 0 && row < rows && col < cols ? { row, col } : undefined;
}

const wholeScale = ({ rows, cols, width, height }: Extent): number =>
  Math.max(1e-6, Math.min(width / Math.max(1, cols), height / Math.max(1, rows)));
