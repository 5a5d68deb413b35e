// Discs, frames and diamonds on smooth backgrounds, 48×48: the data that the specification asks for.
import { BoxSplit, type BoxImage } from '../../../../training/data/box-split';
import type { Dataset } from '../../../../training/data/dataset';
import { fingerprint } from '../../../../training/data/fingerprint';
import { type Random, seeded, seedFor } from '../../../../training/executor/random';

const size = 48;
const names = ['disc', 'frame', 'diamond'];
const test = 200;

/** @param seed of what is drawn. @param train the first so many images of the seed. */
export function shapes(seed: number, train = 500): Dataset {
  const images = (count: number, of: string) =>
    Array.from({ length: count }, (_, i) => drawn(`${of} ${i}`, seedFor(seed, `${of} ${i}`)));
  return {
    name: `shapes (seed ${seed}, ${train} + ${test})`,
    kind: 'shapes with boxes',
    inputs: [{ shape: [size, size, 3], dtype: 'float32' }],
    targets: { kind: 'boxes', classes: names.length, names },
    train: new BoxSplit(images(train, 'train'), [size, size], { mosaic: 0, flip: true }),
    test: new BoxSplit(images(test, 'test'), [size, size]),
    hash: fingerprint(`shapes with boxes ${train} ${test} ${seed}`),
    skipped: [],
  };
}

interface Thing {
  readonly kind: number;
  /** Pixels. */
  readonly x: number;
  readonly y: number;
  readonly side: number;
  readonly shade: number;
}

function drawn(name: string, seed: number): BoxImage {
  const random = seeded(seed);
  const things = placed(random);
  const boxes = Float32Array.from(
    things.flatMap(({ kind, x, y, side }) => [kind, x / size, y / size, side / size, side / size]),
  );
  const data = painted(things, random);
  return {
    ...{ name, file: name, stamp: String(seed), boxes },
    load: () => Promise.resolve({ width: size, height: size, data }),
  };
}

/** One to five squares of 4 to 12 pixels that do not touch. */
function placed(random: Random): Thing[] {
  const things: Thing[] = [];
  const wanted = 1 + Math.floor(5 * random.next());
  for (let tries = 0; tries < 60 && things.length < wanted; tries++) {
    const side = 4 + 8 * random.next();
    const [x, y] = [0, 0].map(() => side / 2 + (size - side) * random.next()) as [number, number];
    const apart = things.every(
      (other) => Math.max(Math.abs(other.x - x), Math.abs(other.y - y)) > (other.side + side) / 2 + 1,
    );
    const shade = (random.next() < 0.5 ? -1 : 1) * (35 + 45 * random.next());
    if (apart) things.push({ kind: Math.floor(3 * random.next()), x, y, side, shade });
  }
  return things;
}

/** Grey: three waves of any direction behind, noise of σ 10 over everything. */
function painted(things: readonly Thing[], random: Random): Uint8Array {
  const waves = Array.from({ length: 3 }, () => ({
    u: (random.next() - 0.5) * 0.4,
    v: (random.next() - 0.5) * 0.4,
    phase: 2 * Math.PI * random.next(),
  }));
  const out = new Uint8Array(size * size * 4);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const field = waves.reduce((sum, { u, v, phase }) => sum + 12 * Math.sin(u * x + v * y + phase), 128);
      const on = things.find((thing) => covers(thing, x + 0.5, y + 0.5));
      const value = Math.round(field + (on?.shade ?? 0) + 10 * random.normal());
      out.fill(Math.min(255, Math.max(0, value)), (y * size + x) * 4, (y * size + x) * 4 + 3);
      out[(y * size + x) * 4 + 3] = 255;
    }
  return out;
}

function covers({ kind, x: cx, y: cy, side }: Thing, x: number, y: number): boolean {
  const [u, v] = [(2 * Math.abs(x - cx)) / side, (2 * Math.abs(y - cy)) / side];
  if (kind === 0) return u * u + v * v <= 1;
  if (kind === 2) return u + v <= 1;
  const inner = 1 - Math.max(0.4, 3 / side);
  return Math.max(u, v) <= 1 && Math.max(u, v) > inner;
}
