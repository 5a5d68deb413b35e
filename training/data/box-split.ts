// Images with boxes: letterboxed to the model's size; in training mirrored, or four put together to a mosaic.
import { seeded, seedFor, type Random } from '../executor/random';
import type { HostBatch, Skipped, Split } from './dataset';
import { decodeRaster, type Raster, resized } from './decode';

export interface BoxImage {
  readonly name: string;
  readonly file: string;
  readonly stamp: string;
  /** Rows of class, centre x, centre y, width, height; shares of the image. */
  readonly boxes: Float32Array;
  /** Of the encoded file; what is drawn brings its pixels along. */
  load(): Promise<Buffer | Raster>;
}

export interface BoxAugmentation {
  /** Share of training images that are four in one (Bochkovskiy et al. 2020, arXiv 2004.10934). */
  readonly mosaic: number;
  readonly flip: boolean;
}

/** An image at the model's size, channels last, 0 … 255, and its boxes. */
interface Placed {
  readonly pixels: Uint8Array;
  readonly boxes: Float32Array;
}

/** What surrounds a letterboxed image, as in YOLO's tools. */
const margin = 114;
/** A box of which less is left after a cut is no object to be found any more. */
const leastSide = 0.002;

/** Of images at the model's size: 870 of 640×640. */
const roomBytes = 2 ** 30;

export class BoxSplit implements Split {
  private readonly placed = new Map<number, Placed>();
  private held = 0;
  /** Found out while training: another image stands in for each. */
  private readonly corrupt = new Map<number, string>();

  constructor(
    private readonly images: readonly BoxImage[],
    /** Height and width. */
    private readonly size: readonly [number, number],
    private readonly augmentation?: BoxAugmentation,
    /** What turns out to be corrupt when it is decoded is added here. */
    private readonly skipped: Skipped[] = [],
  ) {}

  get count(): number {
    return this.images.length;
  }

  async take(indices: Int32Array, augment?: { readonly seed: number }): Promise<HostBatch> {
    const [height, width] = this.size;
    const data = new Float32Array(indices.length * height * width * 3);
    const boxes: Float32Array[] = [];
    for (const [i, index] of indices.entries()) {
      const one = await this.one(index, augment && seeded(seedFor(augment.seed, `image ${index}`)));
      for (let p = 0, to = i * height * width * 3; p < one.pixels.length; p++, to++)
        data[to] = one.pixels[p]! / 255;
      boxes.push(one.boxes);
    }
    const shape = [indices.length, height, width, 3];
    return { inputs: [{ shape, data }], targets: { kind: 'boxes', boxes }, count: indices.length };
  }

  private async one(index: number, random: Random | undefined): Promise<Placed> {
    const { augmentation } = this;
    if (!random || !augmentation) return this.whole(index);
    const whole =
      random.next() < augmentation.mosaic ? await this.mosaic(index, random) : await this.whole(index);
    return augmentation.flip && random.next() < 0.5 ? mirrored(whole, this.size) : whole;
  }

  /** Four images around a point in the middle half, each cut where it leaves its quarter. */
  private async mosaic(index: number, random: Random): Promise<Placed> {
    const [height, width] = this.size;
    const [cy, cx] = [
      Math.round(height * (0.25 + 0.5 * random.next())),
      Math.round(width * (0.25 + 0.5 * random.next())),
    ];
    const pixels = new Uint8Array(height * width * 3).fill(margin);
    const boxes: number[] = [];
    for (let quarter = 0; quarter < 4; quarter++) {
      const other = quarter === 0 ? index : Math.floor(random.next() * this.images.length);
      const part = await this.whole(other);
      const [top, left] = [quarter < 2 ? cy - height : cy, quarter % 2 === 0 ? cx - width : cx];
      paste(part, pixels, this.size, top, left);
      boxes.push(...moved(part.boxes, this.size, top, left));
    }
    return { pixels, boxes: Float32Array.from(boxes) };
  }

  /** The image, or the next one in the list that can be decoded. */
  private async whole(wanted: number): Promise<Placed> {
    for (let step = 0; step < this.images.length; step++) {
      const index = (wanted + step) % this.images.length;
      if (this.corrupt.has(index)) continue;
      const placed = await this.place(index).catch((error: Error) => this.leaveOut(index, error));
      if (placed) return placed;
    }
    throw new Error(`no image can be decoded; the first: ${[...this.corrupt.values()][0]}`);
  }

  private leaveOut(index: number, { message }: Error): undefined {
    if (!this.corrupt.has(index)) this.skipped.push({ name: this.images[index]!.name, why: message });
    this.corrupt.set(index, message);
  }

  private async place(index: number): Promise<Placed> {
    const known = this.placed.get(index);
    if (known) return known;
    const image = this.images[index]!;
    const loaded = await image.load();
    const raster = Buffer.isBuffer(loaded) ? decodeRaster(loaded, image.file) : loaded;
    const placed = letterboxed(raster, image.boxes, this.size);
    if (this.held + placed.pixels.length <= roomBytes) {
      this.placed.set(index, placed);
      this.held += placed.pixels.length;
    }
    return placed;
  }
}

function letterboxed(image: Raster, boxes: Float32Array, [height, width]: readonly [number, number]): Placed {
  const scale = Math.min(width / image.width, height / image.height);
  const [w, h] = [image.width, image.height].map((side) => Math.max(1, Math.round(side * scale))) as [
    number,
    number,
  ];
  const data = w === image.width && h === image.height ? image.data : resized(image, w, h);
  const [left, top] = [Math.floor((width - w) / 2), Math.floor((height - h) / 2)];
  const pixels = new Uint8Array(height * width * 3).fill(margin);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++)
      for (let c = 0; c < 3; c++) pixels[((top + y) * width + left + x) * 3 + c] = data[(y * w + x) * 4 + c]!;
  const placed = Float32Array.from(boxes, (value, i) => {
    const of = i % 5;
    if (of === 0) return value;
    const [share, start, full] = of % 2 === 1 ? [w, left, width] : [h, top, height];
    return (value * share + (of < 3 ? start : 0)) / full;
  });
  return { pixels, boxes: placed };
}

function paste(
  { pixels }: Placed,
  out: Uint8Array,
  [height, width]: readonly [number, number],
  top: number,
  left: number,
): void {
  for (let y = Math.max(0, top); y < Math.min(height, top + height); y++) {
    const [from, to] = [Math.max(0, left), Math.min(width, left + width)];
    const row = ((y - top) * width + (from - left)) * 3;
    out.set(pixels.subarray(row, row + (to - from) * 3), (y * width + from) * 3);
  }
}

/** Shifted by pixels and cut at the borders; what is left of nothing is dropped. */
function moved(
  boxes: Float32Array,
  [height, width]: readonly [number, number],
  top: number,
  left: number,
): number[] {
  const out: number[] = [];
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  for (let i = 0; i < boxes.length; i += 5) {
    const [kind, x, y, w, h] = boxes.subarray(i, i + 5) as unknown as [
      number,
      number,
      number,
      number,
      number,
    ];
    const [x0, x1] = [clip(x - w / 2 + left / width), clip(x + w / 2 + left / width)];
    const [y0, y1] = [clip(y - h / 2 + top / height), clip(y + h / 2 + top / height)];
    if (x1 - x0 > leastSide && y1 - y0 > leastSide)
      out.push(kind, (x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0);
  }
  return out;
}

function mirrored({ pixels, boxes }: Placed, [height, width]: readonly [number, number]): Placed {
  const out = new Uint8Array(pixels.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) out[(y * width + x) * 3 + c] = pixels[(y * width + width - 1 - x) * 3 + c]!;
  return { pixels: out, boxes: boxes.map((value, i) => (i % 5 === 1 ? 1 - value : value)) };
}
