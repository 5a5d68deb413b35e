// Ten coloured shapes on cluttered ground, 32×32: a small classification task in colour that needs no file.
import { type Random, seeded, seedFor } from '../../executor/random';
import { nextTurn } from '../../trainer/next-turn';
import { augmentationOf } from '../augment';
import type { Dataset } from '../dataset';
import { inside, paint, shapeNames } from '../drawing';
import { fingerprint } from '../fingerprint';
import { type Normalisation, type Pixels, PixelSplit } from '../pixel-split';
import type { DataKind } from './kind';

const size = 32;
const shape = [size, size, 3] as const;
const normalisation: Normalisation = { mean: [0.5], std: [0.25] };
const seed = 20_260_102;

export const shapes: DataKind<'shapes'> = {
  id: 'shapes',
  async load(spec, { few = Infinity }): Promise<Dataset> {
    const [train, test] = [Math.min(spec.train, few), Math.min(spec.test, few)];
    return {
      name: `coloured shapes (${train} + ${test})`,
      kind: 'shapes',
      inputs: [{ shape, dtype: 'float32' }],
      targets: { kind: 'classes', classes: shapeNames.length, names: shapeNames },
      train: new PixelSplit(
        await draw(train, seedFor(seed, 'train')),
        shape,
        normalisation,
        augmentationOf(spec),
      ),
      test: new PixelSplit(await draw(test, seedFor(seed, 'test')), shape, normalisation),
      hash: fingerprint(`shapes 1 ${seed} ${train} ${test}`),
      skipped: [],
    };
  },
};

async function draw(count: number, from: number): Promise<Pixels> {
  const pixels = new Uint8Array(count * size * size * 3);
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    // A generator a sample, so that more samples begin with the same ones.
    const random = seeded(seedFor(from, String(i)));
    labels[i] = i % shapeNames.length;
    drawOne(labels[i]!, random, pixels.subarray(i * size * size * 3, (i + 1) * size * size * 3));
    if (i % 500 === 499) await nextTurn();
  }
  return { pixels, labels, count };
}

function drawOne(kind: number, random: Random, out: Uint8Array): void {
  const colour = () => [0, 1, 2].map(() => 40 + 175 * random.next());
  const [ground, tone] = [colour(), colour()];
  const slope = [random.next() - 0.5, random.next() - 0.5];
  const place = {
    x: between(random, 11, 21),
    y: between(random, 11, 21),
    radius: between(random, 6, 11),
    angle: between(random, -0.5, 0.5),
  };
  // Distractors: small scraps of other shapes' colours.
  const scraps = Array.from({ length: 3 }, () => ({
    x: between(random, 0, size),
    y: between(random, 0, size),
    radius: between(random, 1, 2.5),
    angle: 0,
    colour: colour(),
  }));
  paint(out, size, (x, y, c) => {
    const clutter = scraps.find((scrap) => inside(0, x, y, scrap));
    const base = ground[c]! + 60 * (slope[0]! * (x / size - 0.5) + slope[1]! * (y / size - 0.5));
    const value = inside(kind, x, y, place) ? tone[c]! : (clutter?.colour[c] ?? base);
    return value + 12 * random.normal();
  });
}

const between = (random: Random, low: number, high: number): number => low + (high - low) * random.next();
