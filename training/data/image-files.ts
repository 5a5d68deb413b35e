// Images that stay on disk until a step wants them; what was decoded is kept while there is room.
import { open } from 'node:fs/promises';
import path from 'node:path';
import { type Augmentation, augmented } from './augment';
import type { HostBatch, Skipped, Split } from './dataset';
import { decodeImage } from './decode';
import { readData } from './files';
import { normalise, type Normalisation, tablesOf } from './pixel-split';

export interface ImageFile {
  readonly file: string;
  readonly label: number;
  /** Changes when the file does. */
  readonly stamp: string;
}

/** From a file to height × width × channels bytes. Rejects with one line. */
export type Decode = (file: string, shape: readonly [number, number, number]) => Promise<Uint8Array>;

const decodeHere: Decode = async (file, shape) => decodeImage(await readData(file), shape, file);

/** A thousand images of ImageNet's size take 150 MB. */
const roomBytes = 2 ** 30;

export class FileSplit implements Split {
  private readonly tables: readonly Float32Array[];
  private readonly decoded = new Map<number, Uint8Array>();
  /** Found out while training: another image stands in for each. */
  private readonly corrupt = new Map<number, string>();
  private held = 0;

  constructor(
    private readonly files: readonly ImageFile[],
    private readonly shape: readonly [number, number, number],
    normalisation: Normalisation,
    /** What turns out to be corrupt when it is decoded is added here. */
    private readonly skipped: Skipped[],
    private readonly decode = decodeHere,
    private readonly augmentation?: Augmentation,
  ) {
    this.tables = tablesOf(normalisation, shape[2]);
  }

  get count(): number {
    return this.files.length;
  }

  /** Whether a file looks whole: by its first and last bytes, so that a million are looked at in a minute. */
  static async look(file: string, label: number): Promise<ImageFile | { readonly why: string }> {
    const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => error);
    if (handle instanceof Error) return { why: handle.message };
    try {
      const { size, mtimeMs } = await handle.stat();
      const [head, tail] = [Buffer.alloc(8), Buffer.alloc(12)];
      await handle.read(head, 0, 8, 0);
      await handle.read(tail, 0, 12, Math.max(0, size - 12));
      const png = head.equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
      const jpeg = head[0] === 0xff && head[1] === 0xd8;
      if (!png && !jpeg) return { why: 'it is neither PNG nor JPEG' };
      const ended = png ? tail.includes('IEND') : tail.lastIndexOf(Buffer.from([0xff, 0xd9])) >= 0;
      return ended ? { file, label, stamp: `${size} ${mtimeMs}` } : { why: 'it is truncated' };
    } finally {
      await handle.close();
    }
  }

  async take(indices: Int32Array, augment?: { readonly seed: number }): Promise<HostBatch> {
    const size = this.shape[0] * this.shape[1] * this.shape[2];
    const data = new Float32Array(indices.length * size);
    const labels = new Int32Array(indices.length);
    // All are asked for at once: who decodes decides how many at a time.
    const found = await Promise.all(Array.from(indices, (wanted) => this.readable(wanted)));
    for (const [i, { index, pixels }] of found.entries()) {
      const image =
        augment && this.augmentation
          ? augmented(pixels, this.shape, this.augmentation, augment.seed, indices[i]!)
          : pixels;
      normalise(image, this.tables, data.subarray(i * size, (i + 1) * size));
      labels[i] = this.files[index]!.label;
    }
    return {
      inputs: [{ shape: [indices.length, ...this.shape], data }],
      targets: { kind: 'classes', labels },
      count: indices.length,
    };
  }

  /** The image, or the next one in the list that can be decoded. */
  private async readable(wanted: number): Promise<{ index: number; pixels: Uint8Array }> {
    for (let step = 0; step < this.files.length; step++) {
      const index = (wanted + step) % this.files.length;
      if (this.corrupt.has(index)) continue;
      const pixels = await this.pixels(index).catch((error: Error) => this.leaveOut(index, error));
      if (pixels) return { index, pixels };
    }
    throw new Error(`no image can be decoded; the first: ${[...this.corrupt.values()][0]}`);
  }

  private leaveOut(index: number, { message }: Error): undefined {
    const { file } = this.files[index]!;
    const name = path.join(path.basename(path.dirname(file)), path.basename(file));
    if (!this.corrupt.has(index)) this.skipped.push({ name, why: message });
    this.corrupt.set(index, message);
  }

  private async pixels(index: number): Promise<Uint8Array> {
    const known = this.decoded.get(index);
    if (known) return known;
    const { file } = this.files[index]!;
    const pixels = await this.decode(file, this.shape);
    if (this.held + pixels.length <= roomBytes) {
      this.decoded.set(index, pixels);
      this.held += pixels.length;
    }
    return pixels;
  }
}
