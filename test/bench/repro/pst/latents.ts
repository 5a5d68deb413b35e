// Points made of two latents, a large one and a small one: pre-training is to tell both, the task afterwards hangs on the small one.
import { ArraySplit } from '../../../../training/data/arrays';
import type { Dataset, Split } from '../../../../training/data/dataset';
import { fingerprint } from '../../../../training/data/fingerprint';
import { type Random, seeded, seedFor } from '../../../../training/executor/random';

/** Values of a latent, and of the task. */
export const classes = 8;
/** Entries of a prototype; a point has those of both latents, turned together. */
const own = 32;
const size = 2 * own;
const [large, small, noise] = [1.5, 0.7, 0.9];

type Label = (a: number, b: number) => number;

/** Both at once, for a loss of two heads. */
export const both: Label = (a, b) => a + classes * b;
const task: Label = (a, b) => (b + 3 * (a % 2)) % classes;

/** 6000 points with both latents; those of the test split say `a`, or `b`. */
export const pretraining = (seed: number, asked: 'a' | 'b' = 'a'): Dataset =>
  points(seed, 'pre-training', [6000, both], [2000, (a, b) => (asked === 'a' ? a : b)]);

/** 1200 points with y = (b + 3 (a mod 2)) mod 8, 2000 to test on. */
export const finetuning = (seed: number): Dataset => points(seed, 'task', [1200, task], [2000, task]);

function points(
  seed: number,
  name: string,
  [train, trainLabel]: readonly [number, Label],
  [test, testLabel]: readonly [number, Label],
): Dataset {
  const random = seeded(seedFor(seed, 'world'));
  const world: World = { a: prototypes(random), b: prototypes(random), turn: rotation(random) };
  const split = (count: number, of: string, label: Label) =>
    drawn(world, count, seeded(seedFor(seed, `${name} ${of}`)), label);
  return {
    name: `two latents, ${name} (${train} + ${test})`,
    kind: 'latents',
    inputs: [{ shape: [size], dtype: 'float32' }],
    targets: { kind: 'classes', classes },
    train: split(train, 'train', trainLabel),
    test: split(test, 'test', testLabel),
    hash: fingerprint(`latents ${name} ${train} ${test} ${seed}`),
    skipped: [],
  };
}

interface World {
  readonly a: readonly Float64Array[];
  readonly b: readonly Float64Array[];
  /** Rows of an orthogonal matrix. */
  readonly turn: readonly Float64Array[];
}

const vector = (random: Random, length: number): Float64Array =>
  Float64Array.from({ length }, () => random.normal());

const prototypes = (random: Random): Float64Array[] =>
  Array.from({ length: classes }, () => vector(random, own));

/** Gram–Schmidt of normal vectors: uniform over rotations and reflections. */
function rotation(random: Random): Float64Array[] {
  const rows: Float64Array[] = [];
  while (rows.length < size) {
    const row = vector(random, size);
    for (const other of rows) {
      const along = dot(row, other);
      other.forEach((value, i) => (row[i]! -= along * value));
    }
    const norm = Math.sqrt(dot(row, row));
    rows.push(row.map((value) => value / norm));
  }
  return rows;
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

function drawn({ a, b, turn }: World, count: number, random: Random, label: Label): Split {
  const [data, labels] = [new Float32Array(count * size), new Int32Array(count)];
  for (let n = 0; n < count; n++) {
    const pick = () => Math.floor(classes * random.next());
    const [i, j] = [pick(), pick()];
    const latent = Float64Array.from({ length: size }, (_, d) =>
      d < own ? large * a[i]![d]! : small * b[j]![d - own]!,
    );
    turn.forEach((row, d) => (data[n * size + d] = dot(row, latent) + noise * random.normal()));
    labels[n] = label(i, j);
  }
  const samples = Int32Array.from({ length: count }, (_, n) => n);
  return new ArraySplit({ inputs: [{ shape: [size], data }], labels }, samples);
}
