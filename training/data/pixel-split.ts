// Images in memory as bytes, a quarter of what floats would take, and how bytes become the numbers that models see.
import { type Augmentation, augmented } from './augment';
import type { HostBatch, Split } from './dataset';

/** On the scale 0 … 1, one number for all channels or one for each. */
export interface Normalisation {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/**
 * Of MNIST's training pixels: the constants of PyTorch's own MNIST example. Always these for grey digits, so that whoever
 * takes an exported model needs to know only two numbers.
 */
export const grey: Normalisation = { mean: [0.1307], std: [0.3081] };

/** ImageNet's, which pretrained models of torchvision and timm expect. */
export const imagenet: Normalisation = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

export interface Pixels {
  /** count × height × width × channels, 0 … 255. */
  readonly pixels: Uint8Array;
  /** One class index a sample. */
  readonly labels: Int32Array;
  readonly count: number;
}

export class PixelSplit implements Split {
  private readonly tables: readonly Float32Array[];

  /** @param shape height, width, channels. */
  constructor(
    readonly held: Pixels,
    private readonly shape: readonly [number, number, number],
    normalisation: Normalisation,
    private readonly augmentation?: Augmentation,
  ) {
    this.tables = tablesOf(normalisation, shape[2]);
  }

  get count(): number {
    return this.held.count;
  }

  take(indices: Int32Array, augment?: { readonly seed: number }): Promise<HostBatch> {
    const [height, width, channels] = this.shape;
    const size = height * width * channels;
    const data = new Float32Array(indices.length * size);
    indices.forEach((index, i) => {
      const whole = this.held.pixels.subarray(index * size, (index + 1) * size);
      const image =
        augment && this.augmentation
          ? augmented(whole, this.shape, this.augmentation, augment.seed, index)
          : whole;
      normalise(image, this.tables, data.subarray(i * size, (i + 1) * size));
    });
    return Promise.resolve({
      inputs: [{ shape: [indices.length, ...this.shape], data }],
      targets: { kind: 'classes', labels: indices.map((index) => this.held.labels[index]!) },
      count: indices.length,
    });
  }
}

/** (pixel / 255 − mean) / std for each of the 256 values. */
export function tablesOf({ mean, std }: Normalisation, channels: number): Float32Array[] {
  return Array.from({ length: channels }, (_, c) =>
    Float32Array.from(
      { length: 256 },
      (_, pixel) => (pixel / 255 - (mean[c] ?? mean[0]!)) / (std[c] ?? std[0]!),
    ),
  );
}

export function normalise(image: Uint8Array, tables: readonly Float32Array[], out: Float32Array): void {
  const channels = tables.length;
  for (let c = 0; c < channels; c++) {
    const table = tables[c]!;
    for (let p = c; p < image.length; p += channels) out[p] = table[image[p]!]!;
  }
}
