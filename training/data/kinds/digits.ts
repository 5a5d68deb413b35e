// Digits drawn by a shaky pen: data that needs no file. Hard enough that a linear model fails where a small convnet does not.
import { type Random, seeded, seedFor } from '../../executor/random';
import { nextTurn } from '../../trainer/next-turn';
import type { Dataset } from '../dataset';
import { fingerprint } from '../fingerprint';
import { grey, type Pixels, PixelSplit } from '../pixel-split';
import { glyphs, type Point, trace } from './glyphs';
import type { DataKind } from './kind';

const size = 28;

export const digits: DataKind<'digits'> = {
  id: 'digits',
  load: ({ train, test }, { few = Infinity }) => drawDigits(Math.min(train, few), Math.min(test, few)),
};

/** The same digits every time: recipes that differ in their seed are compared on the same data. */
export async function drawDigits(train: number, test: number, seed = 20_260_101): Promise<Dataset> {
  const shape = [size, size, 1] as const;
  return {
    name: `drawn digits (${train} + ${test})`,
    kind: 'digits',
    inputs: [{ shape, dtype: 'float32' }],
    targets: { kind: 'classes', classes: 10 },
    train: new PixelSplit(await draw(train, seedFor(seed, 'train')), shape, grey),
    test: new PixelSplit(await draw(test, seedFor(seed, 'test')), shape, grey),
    hash: fingerprint(`digits 1 ${seed} ${train} ${test}`),
    skipped: [],
  };
}

async function draw(count: number, seed: number): Promise<Pixels> {
  const pixels = new Uint8Array(count * size * size);
  const labels = new Int32Array(count);
  const ink = new Float32Array(size * size);
  for (let i = 0; i < count; i++) {
    // A generator a sample, so that more samples begin with the same ones.
    const random = seeded(seedFor(seed, String(i)));
    labels[i] = i % 10;
    drawOne(labels[i]!, random, ink);
    const from = i * size * size;
    for (let p = 0; p < ink.length; p++) pixels[from + p] = byte(ink[p]! + 0.09 * random.normal());
    if (i % 500 === 499) await nextTurn();
  }
  return { pixels, labels, count };
}

function drawOne(digit: number, random: Random, ink: Float32Array): void {
  ink.fill(0);
  const ways = glyphs[digit]!;
  const strokes = ways[Math.floor(random.next() * ways.length)]!;
  const place = randomPlace(random);
  const pen = { radius: between(random, 0.7, 1.7), strength: between(random, 0.65, 1) };
  for (const stroke of strokes) {
    const shaky = stroke.points.map(([x, y]): Point => [
      x + 0.028 * random.normal(),
      y + 0.028 * random.normal(),
    ]);
    drawPath(trace({ ...stroke, points: shaky }).map(place), pen, ink);
  }
  // A stray line, as scanned forms have: present in all classes alike.
  if (random.next() < 0.35) {
    const at = (): Point => [between(random, 0, size), between(random, 0, size)];
    const [x, y] = at();
    const to: Point = [x + between(random, -7, 7), y + between(random, -7, 7)];
    drawPath([[x, y], to], { radius: 0.7, strength: between(random, 0.4, 0.9) }, ink);
  }
}

/** From the unit square to pixels: turned, slanted, stretched and moved. */
function randomPlace(random: Random): (point: Point) => Point {
  const angle = between(random, -0.3, 0.3);
  const slant = between(random, -0.3, 0.3);
  const [width, height] = [between(random, 15, 25), between(random, 17, 25)];
  const [dx, dy] = [between(random, -2.5, 2.5), between(random, -2.5, 2.5)];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return ([x, y]) => {
    const v = (y - 0.5) * height;
    const u = (x - 0.5) * width - slant * v;
    return [size / 2 + dx + cos * u - sin * v, size / 2 + dy + sin * u + cos * v];
  };
}

interface Pen {
  /** Pixels. */
  readonly radius: number;
  readonly strength: number;
}

function drawPath(path: readonly Point[], pen: Pen, ink: Float32Array): void {
  for (let i = 0; i + 1 < path.length; i++) drawSegment(path[i]!, path[i + 1]!, pen, ink);
}

/** Full ink inside the pen's radius, fading over one pixel: only pixels near the segment are looked at. */
function drawSegment([ax, ay]: Point, [bx, by]: Point, { radius, strength }: Pen, ink: Float32Array): void {
  const reach = radius + 1;
  const clamp = (value: number) => Math.min(size - 1, Math.max(0, value));
  const [left, right] = [
    clamp(Math.floor(Math.min(ax, bx) - reach)),
    clamp(Math.ceil(Math.max(ax, bx) + reach)),
  ];
  const [top, bottom] = [
    clamp(Math.floor(Math.min(ay, by) - reach)),
    clamp(Math.ceil(Math.max(ay, by) + reach)),
  ];
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy || 1;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const t = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length));
      const distance = Math.hypot(x - ax - t * dx, y - ay - t * dy);
      const value = strength * Math.min(1, Math.max(0, radius + 0.5 - distance));
      if (value > ink[y * size + x]!) ink[y * size + x] = value;
    }
  }
}

const between = (random: Random, low: number, high: number): number => low + (high - low) * random.next();
const byte = (value: number): number => Math.round(255 * Math.min(1, Math.max(0, value)));
