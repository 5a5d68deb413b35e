// Cuts a window out of a mask, at full size or averaged into cells.
import type { MaskPage, MaskPageRequest } from '../../core/protocol/training-host';
import { isKept, type Mask } from '../../core/sparsity/mask';

export interface Matrix {
  readonly mask: Mask;
  readonly rows: number;
  readonly cols: number;
  /** Row-major. */
  readonly weights?: Float32Array | undefined;
}

/** More cells than a screen has pixels: a view that asks for more has lost count. */
const maxCells = 2 ** 23;

/** What reaches over the edge is cut off. Throws one line when the window lies outside or is no window. */
export function readWindow(
  matrix: Matrix,
  { row, col, rows, cols, stride }: Omit<MaskPageRequest, 'folder' | 'param'>,
): MaskPage {
  const [toRow, toCol] = [Math.min(row + rows, matrix.rows), Math.min(col + cols, matrix.cols)];
  const numbers = [row, col, rows, cols, stride];
  if (!numbers.every(Number.isInteger) || row < 0 || col < 0 || stride < 1 || toRow <= row || toCol <= col)
    throw new Error(
      `there is no window of ${rows}×${cols} at ${row}, ${col} with stride ${stride} in a matrix of ${matrix.rows}×${matrix.cols}`,
    );
  const [height, width] = [Math.ceil((toRow - row) / stride), Math.ceil((toCol - col) / stride)];
  if (height * width > maxCells)
    throw new Error(`a window of ${height}×${width} cells is too large; ask with a larger stride`);
  const cells = new Uint8Array(height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [top, left] = [row + y * stride, col + x * stride];
      const share = keptShare(
        matrix,
        top,
        Math.min(top + stride, toRow),
        left,
        Math.min(left + stride, toCol),
      );
      cells[y * width + x] = Math.round(255 * share);
    }
  }
  const page = { rows: height, cols: width, density: base64(cells) };
  const { weights } = matrix;
  if (stride > 1 || !weights) return page;
  const values = new Float32Array(height * width);
  for (let y = 0; y < height; y++) {
    const from = (row + y) * matrix.cols + col;
    values.set(weights.subarray(from, from + width), y * width);
  }
  return { ...page, weights: base64(new Uint8Array(values.buffer)) };
}

function keptShare({ mask, cols }: Matrix, top: number, bottom: number, left: number, right: number): number {
  let kept = 0;
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) if (isKept(mask, y * cols + x)) kept++;
  return kept / ((bottom - top) * (right - left));
}

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
