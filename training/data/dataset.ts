// What data is: images as bytes with one class each, in two splits, and how bytes become the numbers that models see.

export interface Split {
  /** count × height × width × channels, 0 … 255: a quarter of the memory that floats would take. */
  readonly pixels: Uint8Array;
  /** One class index a sample. */
  readonly labels: Int32Array;
  readonly count: number;
}

export interface Dataset {
  /** What people call it, with the numbers: `MNIST files in mnist (8000 + 2000)`. */
  readonly name: string;
  /** Height, width, channels of one image. */
  readonly shape: readonly [number, number, number];
  readonly classes: number;
  readonly train: Split;
  readonly test: Split;
}

/**
 * The mean and standard deviation of MNIST's training pixels, on the scale 0 … 1: the constants of PyTorch's own MNIST
 * example. Always these, also for other data, so that whoever takes an exported model needs to know only two numbers.
 */
export const normalisation = { mean: 0.1307, std: 0.3081 } as const;

/** The images at these indices as float32 NHWC, (pixel / 255 − mean) / std. */
export function takeImages({ shape }: Dataset, { pixels }: Split, indices: Int32Array): Float32Array {
  const size = shape[0] * shape[1] * shape[2];
  const out = new Float32Array(indices.length * size);
  indices.forEach((index, i) => {
    const from = index * size;
    for (let p = 0; p < size; p++) out[i * size + p] = normalised[pixels[from + p]!]!;
  });
  return out;
}

const normalised = Float32Array.from(
  { length: 256 },
  (_, pixel) => (pixel / 255 - normalisation.mean) / normalisation.std,
);

export const takeLabels = ({ labels }: Split, indices: Int32Array): Int32Array =>
  indices.map((index) => labels[index]!);
