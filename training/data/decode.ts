// Decodes PNG and JPEG, and brings images to a model's size: the shorter side is scaled, the middle is cut out.
import { decode as decodeJpeg } from 'jpeg-js';
import { PNG } from 'pngjs';

/** Red, green, blue and alpha, 0 … 255. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A photograph of 100 megapixels; what claims more is a bomb. */
const maxMegapixels = 100;

/** @param shape height, width, channels (3, or 1 for grey). Throws one line that names the file. */
export function decodeImage(
  bytes: Buffer,
  shape: readonly [number, number, number],
  file: string,
): Uint8Array {
  return fitted(decodeRaster(bytes, file), shape);
}

export function decodeRaster(bytes: Buffer, file: string): Raster {
  try {
    if (bytes[0] === 0xff)
      return decodeJpeg(bytes, {
        useTArray: true,
        maxResolutionInMP: maxMegapixels,
        maxMemoryUsageInMB: 1024,
      });
    const [width, height] = bytes.length > 24 ? [bytes.readUInt32BE(16), bytes.readUInt32BE(20)] : [0, 0];
    if (width * height > maxMegapixels * 1e6) throw new Error(`it claims ${width}×${height} pixels`);
    return PNG.sync.read(bytes);
  } catch (error) {
    throw new Error(`${file} cannot be decoded: ${(error as Error).message}`);
  }
}

/** Scales by areas and linear interpolation, cuts out the middle, and drops alpha. */
export function fitted(
  image: Raster,
  [height, width, channels]: readonly [number, number, number],
): Uint8Array {
  const scale = Math.max(width / image.width, height / image.height);
  const [w, h] = [
    Math.max(width, Math.round(image.width * scale)),
    Math.max(height, Math.round(image.height * scale)),
  ];
  const scaled = resized(image, w, h);
  const [left, top] = [Math.floor((w - width) / 2), Math.floor((h - height) / 2)];
  const out = new Uint8Array(height * width * channels);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = ((top + y) * w + left + x) * 4;
      const to = (y * width + x) * channels;
      if (channels === 1) out[to] = luma(scaled, from);
      else for (let c = 0; c < channels; c++) out[to + c] = scaled[from + c]!;
    }
  return out;
}

/** ITU-R 601, as PIL converts to grey. */
const luma = (data: Uint8Array, at: number): number =>
  Math.round((299 * data[at]! + 587 * data[at + 1]! + 114 * data[at + 2]!) / 1000);

/** Separable triangle filter whose support grows when shrinking: PIL's BILINEAR. */
export function resized({ data, width, height }: Raster, toWidth: number, toHeight: number): Uint8Array {
  const across = along(Float32Array.from(data), height, width, toWidth, 4);
  const columns = transpose(across, height, toWidth, 4);
  const both = along(columns, toWidth, height, toHeight, 4);
  return Uint8Array.from(transpose(both, toWidth, toHeight, 4), (v) =>
    Math.min(255, Math.max(0, Math.round(v))),
  );
}

/** Resamples the second axis of rows × length × depth. */
function along(data: Float32Array, rows: number, length: number, to: number, depth: number): Float32Array {
  if (length === to) return data;
  const scale = length / to;
  const support = Math.max(1, scale);
  const out = new Float32Array(rows * to * depth);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - support + 0.5));
    const last = Math.min(length, Math.floor(centre + support + 0.5));
    const shares = Array.from({ length: last - first }, (_, k) =>
      Math.max(0, 1 - Math.abs((first + k + 0.5 - centre) / support)),
    );
    const total = shares.reduce((sum, share) => sum + share, 0);
    for (let row = 0; row < rows; row++)
      for (let d = 0; d < depth; d++) {
        let sum = 0;
        for (let k = 0; k < shares.length; k++)
          sum += shares[k]! * data[(row * length + first + k) * depth + d]!;
        out[(row * to + i) * depth + d] = sum / total;
      }
  }
  return out;
}

function transpose(data: Float32Array, rows: number, columns: number, depth: number): Float32Array {
  const out = new Float32Array(data.length);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++)
      for (let d = 0; d < depth; d++) out[(c * rows + r) * depth + d] = data[(r * columns + c) * depth + d]!;
  return out;
}
