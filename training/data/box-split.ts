// Images with boxes: letterboxed to the model's size; in training mirrored, or four put together to a mosaic.
import { seeded, seedFor, type Random } from '../executor/random';
import type { HostBatch, Split } from './dataset';
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

/** An image at its size, channels last, 0 … 1, and its boxes. */
interface Placed {
  readonly pixels: Float32Array;
  readonly boxes: Float32Array;
}

/** What surrounds a letterboxed image, as in YOLO's tools. */
const margin = 114 / 255;
/** A box of which less is left after a cut is no object to be found any more. */
const leastSide = 0.002;

export class BoxSplit implements Split {
  private readonly rasters = new Map<number, Raster>();

  constructor(
    private readonly images: readonly BoxImage[],
    /** Height and width. */
    private readonly size: readonly [number, number],
    private readonly augmentation?: BoxAugmentation,
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
      data.set(one.pixels, i * height * width * 3);
      boxes.push(one.boxes);
    }
    const shape = [indices.length, height, width, 3];
    return { inputs: [{ shape, data }], targets: { kind: 'boxes', boxes }, count: indices.length };
  }

  private async one(index: number, random: Random | undefined): Promise<Placed> {
    const { augmentation } = this;
    if (!random || !augmentation)
      return letterboxed(await this.raster(index), this.images[index]!.boxes, this.size);
    const whole =
      random.next() < augmentation.mosaic
        ? await this.mosaic(index, random)
        : letterboxed(await this.raster(index), this.images[index]!.boxes, this.size);
    return augmentation.flip && random.next() < 0.5 ? mirrored(whole, this.size) : whole;
  }

  /** Four images around a point in the middle half, each cut where it leaves its quarter. */
  private async mosaic(index: number, random: Random): Promise<Placed> {
    const [height, width] = this.size;
    const [cy, cx] = [
      Math.round(height * (0.25 + 0.5 * random.next())),
      Math.round(width * (0.25 + 0.5 * random.next())),
    ];
    const pixels = new Float32Array(height * width * 3).fill(margin);
    const boxes: number[] = [];
    for (let quarter = 0; quarter < 4; quarter++) {
      const other = quarter === 0 ? index : Math.floor(random.next() * this.images.length);
      const part = letterboxed(await this.raster(other), this.images[other]!.boxes, this.size);
      const [top, left] = [quarter < 2 ? cy - height : cy, quarter % 2 === 0 ? cx - width : cx];
      paste(part, pixels, this.size, top, left);
      boxes.push(...moved(part.boxes, this.size, top, left));
    }
    return { pixels, boxes: Float32Array.from(boxes) };
  }

  private async raster(index: number): Promise<Raster> {
    const known = this.rasters.get(index);
    if (known) return known;
    const image = this.images[index]!;
    const loaded = await image.load();
    const raster = Buffer.isBuffer(loaded) ? decodeRaster(loaded, image.file) : loaded;
    if (this.rasters.size < 2_000) this.rasters.set(index, raster);
    return raster;
  }
}

function letterboxed(image: Raster, boxes: Float32Array, [height, width]: readonly [number, number]): Placed {
  const scale = Math.min(width / image.width, height / image.height);
  const [w, h] = [Math.round(image.width * scale), Math.round(image.height * scale)];
  const data = w === image.width && h === image.height ? image.data : resized(image, w, h);
  const [left, top] = [Math.floor((width - w) / 2), Math.floor((height - h) / 2)];
  const pixels = new Float32Array(height * width * 3).fill(margin);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++)
      for (let c = 0; c < 3; c++)
        pixels[((top + y) * width + left + x) * 3 + c] = data[(y * w + x) * 4 + c]! / 255;
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
  out: Float32Array,
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
  const out = new Float32Array(pixels.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) out[(y * width + x) * 3 + c] = pixels[(y * width + width - 1 - x) * 3 + c]!;
  return { pixels: out, boxes: boxes.map((value, i) => (i % 5 === 1 ? 1 - value : value)) };
}
