// Ten classes of three low-frequency templates each, 16×16, moved, scaled and drowned in noise: what the specification asks for.
import { ArraySplit } from '../../../../training/data/arrays';
import type { Dataset, Split } from '../../../../training/data/dataset';
import { fingerprint } from '../../../../training/data/fingerprint';
import { type Random, seeded, seedFor } from '../../../../training/executor/random';

const [size, classes, each] = [16, 10, 3];
const pixels = size * size;

export interface TemplatesOptions {
  readonly train: number;
  readonly test: number;
  /** Standard deviation of the noise; that of a template is 1. */
  readonly noise: number;
  readonly seed: number;
}

export function templates({ train, test, noise, seed }: TemplatesOptions): Dataset {
  const random = seeded(seedFor(seed, 'templates'));
  const drawn = Array.from({ length: classes * each }, () => template(random));
  const split = (name: string, count: number): Split => drawSplit(drawn, count, noise, seedFor(seed, name));
  return {
    name: `low-frequency templates (${train} + ${test})`,
    kind: 'templates',
    inputs: [{ shape: [size, size, 1], dtype: 'float32' }],
    targets: { kind: 'classes', classes },
    train: split('train', train),
    test: split('test', test),
    hash: fingerprint(`templates ${train} ${test} ${noise} ${seed}`),
    skipped: [],
  };
}

/** The lowest frequencies in both directions, up to two waves an image, at random; mean square 1. */
function template(random: Random): Float32Array {
  const out = new Float32Array(pixels);
  for (let u = 0; u <= 2; u++)
    for (let v = 0; v <= 2; v++) {
      if (u + v === 0) continue;
      const [a, phase, other] = [random.normal(), 2 * Math.PI * random.next(), 2 * Math.PI * random.next()];
      for (let i = 0; i < pixels; i++) {
        const [y, x] = [Math.floor(i / size), i % size];
        out[i]! +=
          a * Math.cos((2 * Math.PI * u * y) / size + phase) * Math.cos((2 * Math.PI * v * x) / size + other);
      }
    }
  const power = Math.sqrt(out.reduce((sum, value) => sum + value * value, 0) / pixels);
  return out.map((value) => value / power);
}

function drawSplit(drawn: readonly Float32Array[], count: number, noise: number, seed: number): Split {
  const random = seeded(seed);
  const [data, labels] = [new Float32Array(count * pixels), new Int32Array(count)];
  const pick = (most: number) => Math.floor(random.next() * most);
  for (let n = 0; n < count; n++) {
    labels[n] = n % classes;
    const image = drawn[labels[n]! * each + pick(each)]!;
    const [dy, dx, amplitude] = [pick(3) - 1, pick(3) - 1, 0.7 + 0.6 * random.next()];
    for (let i = 0; i < pixels; i++) {
      const [y, x] = [Math.floor(i / size) + dy + size, (i % size) + dx + size];
      data[n * pixels + i] = amplitude * image[(y % size) * size + (x % size)]! + noise * random.normal();
    }
  }
  const samples = Int32Array.from({ length: count }, (_, i) => i);
  return new ArraySplit({ inputs: [{ shape: [size, size, 1], data }], labels }, samples);
}
