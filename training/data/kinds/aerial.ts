// Small objects seen from above, with their boxes: fields and roads, and on them cars, trucks and trees.
import { type Random, seeded, seedFor } from '../../executor/random';
import { BoxSplit, type BoxImage } from '../box-split';
import type { Dataset } from '../dataset';
import type { Raster } from '../decode';
import { fingerprint } from '../fingerprint';
import type { DataKind } from './kind';

const names = ['car', 'truck', 'tree'] as const;
const seed = 20_260_104;

export const aerial: DataKind<'aerial'> = {
  id: 'aerial',
  load(spec, { wanted: [input], few = Infinity }): Promise<Dataset> {
    const size =
      input?.shape.length === 3 ? ([input.shape[0]!, input.shape[1]!] as const) : ([128, 128] as const);
    const [train, test] = [Math.min(spec.train, few), Math.min(spec.test, few)];
    const images = (count: number, name: string) =>
      Array.from({ length: count }, (_, i) => scene(`${name} ${i}`, seedFor(seed, `${name} ${i}`), size));
    return Promise.resolve({
      name: `aerial scenes (${train} + ${test}, ${size.join('×')})`,
      kind: 'aerial',
      inputs: [{ shape: [...size, 3], dtype: 'float32' as const }],
      targets: { kind: 'boxes' as const, classes: names.length, names },
      train: new BoxSplit(images(train, 'train'), size, { mosaic: spec.mosaic, flip: spec.flip }),
      test: new BoxSplit(images(test, 'test'), size),
      hash: fingerprint(`aerial 1 ${seed} ${train} ${test} ${size.join()}`),
      skipped: [],
    });
  },
};

interface Thing {
  readonly kind: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly colour: readonly number[];
}

/** Drawn when it is first looked at. */
function scene(name: string, own: number, [height, width]: readonly [number, number]): BoxImage {
  const things = placed(seeded(own), height, width);
  const boxes = Float32Array.from(
    things.flatMap(({ kind, x, y, width: w, height: h }) => [
      kind,
      x / width,
      y / height,
      w / width,
      h / height,
    ]),
  );
  return {
    name,
    file: name,
    stamp: String(own),
    boxes,
    load: () => Promise.resolve(drawn(things, own, height, width)),
  };
}

function placed(random: Random, height: number, width: number): Thing[] {
  const unit = Math.min(height, width) / 16;
  const things: Thing[] = [];
  for (let tries = 0; things.length < 3 + Math.floor(random.next() * 6) && tries < 60; tries++) {
    const kind = Math.floor(random.next() * 3);
    const long = unit * [1.2, 2.2, 1.6][kind]! * (0.8 + 0.4 * random.next());
    const [w, h] = kind === 2 ? [long, long] : random.next() < 0.5 ? [long, long / 2] : [long / 2, long];
    const thing = {
      kind,
      x: w / 2 + random.next() * (width - w),
      y: h / 2 + random.next() * (height - h),
      width: w,
      height: h,
      colour: kind === 2 ? [20, 90 + 40 * random.next(), 30] : [0, 1, 2].map(() => 60 + 190 * random.next()),
    };
    const apart = (o: Thing) =>
      Math.abs(o.x - thing.x) > (o.width + w) / 2 + 1 || Math.abs(o.y - thing.y) > (o.height + h) / 2 + 1;
    if (things.every(apart)) things.push(thing);
  }
  return things;
}

function drawn(things: readonly Thing[], own: number, height: number, width: number): Raster {
  const random = seeded(seedFor(own, 'ground'));
  const field = [90 + 50 * random.next(), 110 + 40 * random.next(), 60 + 30 * random.next()];
  const road = { from: random.next() * width, slope: random.next() - 0.5, wide: width / 9 };
  const data = new Uint8Array(height * width * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const thing = things.find((t) => covers(t, x, y));
      const onRoad = Math.abs(x - road.from - road.slope * y) < road.wide;
      const noise = 10 * random.normal();
      for (let c = 0; c < 3; c++) {
        const value = thing ? thing.colour[c]! + shade(thing, x, y) : (onRoad ? 120 : field[c]!) + noise;
        data[(y * width + x) * 4 + c] = Math.min(255, Math.max(0, value));
      }
      data[(y * width + x) * 4 + 3] = 255;
    }
  return { width, height, data };
}

function covers({ kind, x: cx, y: cy, width, height }: Thing, x: number, y: number): boolean {
  const [u, v] = [(2 * (x - cx)) / width, (2 * (y - cy)) / height];
  return kind === 2 ? u * u + v * v <= 1 : Math.abs(u) <= 1 && Math.abs(v) <= 1;
}

/** A truck's cab and a car's windscreen are darker. */
function shade({ kind, x: cx, y: cy, width, height }: Thing, x: number, y: number): number {
  const along = width > height ? (2 * (x - cx)) / width : (2 * (y - cy)) / height;
  return (kind === 0 && along > 0.2 && along < 0.5) || (kind === 1 && along > 0.6) ? -50 : 0;
}
