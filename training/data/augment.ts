// Flips and crops of training images, drawn from a seed, so that a resumed run sees the same ones.
import { seeded, seedFor } from '../executor/random';

export interface Augmentation {
  /** Mirror left and right, one image in two. */
  readonly flip: boolean;
  /** Pixels that an image is padded by with black on each side before it is cut to its size at a random place. */
  readonly crop: number;
}

export const augmentationOf = ({ flip, crop }: Partial<Augmentation>): Augmentation | undefined =>
  flip || crop ? { flip: flip ?? false, crop: crop ?? 0 } : undefined;

/** A changed copy. @param image height × width × channels. @param index makes each sample of a step differ. */
export function augmented(
  image: Uint8Array,
  [height, width, channels]: readonly [number, number, number],
  { flip, crop }: Augmentation,
  seed: number,
  index: number,
): Uint8Array {
  const random = seeded(seedFor(seed, `augment ${index}`));
  const mirror = flip && random.next() < 0.5;
  const shift = () => Math.floor(random.next() * (2 * crop + 1)) - crop;
  const [dy, dx] = [shift(), shift()];
  const out = new Uint8Array(image.length);
  for (let y = 0; y < height; y++) {
    const from = y + dy;
    if (from < 0 || from >= height) continue;
    for (let x = 0; x < width; x++) {
      const at = (mirror ? width - 1 - x : x) + dx;
      if (at < 0 || at >= width) continue;
      for (let c = 0; c < channels; c++)
        out[(y * width + x) * channels + c] = image[(from * width + at) * channels + c]!;
    }
  }
  return out;
}
