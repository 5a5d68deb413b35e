// One page as numbers: what the host sent, unpacked and checked.
import type { MaskPage } from '../../core/protocol/training-host';

export interface Page {
  readonly rows: number;
  readonly cols: number;
  /** 0 … 255 a cell. */
  readonly density: Uint8Array;
  /** At stride 1 only. */
  readonly weights?: Float32Array;
}

/** Throws one line when the sizes do not agree: better no pixels than wrong ones. */
export function unpackPage({ rows, cols, density, weights }: MaskPage): Page {
  const cells = rows * cols;
  const densities = fromBase64(density);
  if (densities.length !== cells)
    throw new Error(`a page of ${rows} × ${cols} came with ${densities.length} densities`);
  if (weights === undefined) return { rows, cols, density: densities };
  const bytes = fromBase64(weights);
  if (bytes.length !== cells * 4)
    throw new Error(`a page of ${rows} × ${cols} came with ${bytes.length} bytes of weights`);
  // Little-endian by the protocol; a view over the bytes would read them in the machine's own order.
  const data = new DataView(bytes.buffer);
  return {
    rows,
    cols,
    density: densities,
    weights: Float32Array.from({ length: cells }, (_, i) => data.getFloat32(i * 4, true)),
  };
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
