// A mask as a PNG, one pixel a weight, made with nothing but zlib.
import { deflateSync } from 'node:zlib';
import { isKept, type Mask } from '../../core/sparsity/mask';

/** Larger layers are shown by their first rows and columns, which the caption says. */
const limit = { rows: 64, cols: 576 };

export interface MaskImage {
  readonly rows: number;
  readonly cols: number;
  readonly dataUri: string;
}

/** @param mask in matrix order: rows (outputs) × reduction. */
export function maskImage(mask: Mask, rows: number, cols: number): MaskImage {
  const [height, width] = [Math.min(rows, limit.rows), Math.min(cols, limit.cols)];
  // One filter byte, then one byte a pixel: 1 kept, 0 pruned, looked up in the palette.
  const pixels = new Uint8Array(height * (width + 1));
  for (let row = 0; row < height; row++) {
    for (let col = 0; col < width; col++)
      pixels[row * (width + 1) + 1 + col] = isKept(mask, row * cols + col) ? 1 : 0;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8); // 8 bits, palette, deflate, no filter, no interlace
  const palette = Buffer.from([0xe9, 0xec, 0xef, 0x2f, 0x6f, 0x4e]);
  const png = Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  return { rows: height, cols: width, dataUri: `data:image/png;base64,${png.toString('base64')}` };
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** PNG's checksum (ISO 3309). Node's own came with 20.15, and this is all of it. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
