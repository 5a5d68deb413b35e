// Gratings of four orientations and two frequencies, 12×12, under noise and beside a blob: what the specification asks for.
import { ArraySplit } from '../../../../training/data/arrays';
import type { Dataset, Split } from '../../../../training/data/dataset';
import { fingerprint } from '../../../../training/data/fingerprint';
import { seeded, seedFor } from '../../../../training/executor/random';

const size = 12;
const pixels = size * size;
export const classes = 8;
/** Images of an epoch: 100 steps of 32. */
export const [stepsPerEpoch, batch] = [100, 32] as const;

const [train, test] = [stepsPerEpoch * batch, 1500];
/** Waves an image. */
const frequencies = [1.5, 3];

/** @param seed of what is drawn: phases, noise and blobs. */
export function gratings(seed: number): Dataset {
  return {
    name: `gratings (seed ${seed})`,
    kind: 'gratings',
    inputs: [{ shape: [size, size, 1], dtype: 'float32' }],
    targets: { kind: 'classes', classes },
    train: drawn(train, seedFor(seed, 'train')),
    test: drawn(test, seedFor(seed, 'test')),
    hash: fingerprint(`gratings ${train} ${test} ${seed}`),
    skipped: [],
  };
}

/** Each: a grating of amplitude 1.25 and any phase, a bright or dark blob anywhere, noise of σ 1.8 … 2.2. */
function drawn(count: number, seed: number): Split {
  const random = seeded(seed);
  const between = (low: number, high: number) => low + (high - low) * random.next();
  const [data, labels] = [new Float32Array(count * pixels), new Int32Array(count)];
  for (let n = 0; n < count; n++) {
    const label = (labels[n] = n % classes);
    const angle = (Math.PI * (label % 4)) / 4;
    const pace = (2 * Math.PI * frequencies[label >> 2]!) / size;
    const phase = between(0, 2 * Math.PI);
    const [y0, x0, width] = [between(0, size), between(0, size), between(1, 2.5)];
    const height = between(1, 3) * (random.next() < 0.5 ? -1 : 1);
    const sigma = between(1.8, 2.2);
    for (let i = 0; i < pixels; i++) {
      const [y, x] = [Math.floor(i / size), i % size];
      const wave = 1.25 * Math.sin(pace * (x * Math.cos(angle) + y * Math.sin(angle)) + phase);
      const blob = height * Math.exp(-((y - y0) ** 2 + (x - x0) ** 2) / (2 * width ** 2));
      data[n * pixels + i] = wave + blob + sigma * random.normal();
    }
  }
  const samples = Int32Array.from({ length: count }, (_, i) => i);
  return new ArraySplit({ inputs: [{ shape: [size, size, 1], data }], labels }, samples);
}
