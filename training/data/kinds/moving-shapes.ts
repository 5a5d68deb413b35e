// Short videos of one shape that moves, turns or grows: classes are motions, which no single frame shows.
import { type Random, seeded, seedFor } from '../../executor/random';
import { nextTurn } from '../../trainer/next-turn';
import { ArraySplit } from '../arrays';
import type { Dataset } from '../dataset';
import { inside } from '../drawing';
import { fingerprint } from '../fingerprint';
import type { DataKind } from './kind';

const motions = [
  'left',
  'right',
  'up',
  'down',
  'clockwise',
  'anticlockwise',
  'growing',
  'shrinking',
] as const;
const seed = 20_260_103;

export const movingShapes: DataKind<'moving-shapes'> = {
  id: 'moving-shapes',
  async load(spec, { wanted: [input], few = Infinity }): Promise<Dataset> {
    const [frames, size] = [
      input?.shape.length === 4 ? input.shape[0]! : 8,
      input?.shape.length === 4 ? input.shape[1]! : 32,
    ];
    const shape = [frames, size, size, 3];
    const [train, test] = [Math.min(spec.train, few), Math.min(spec.test, few)];
    const split = async (count: number, name: string) => {
      const arrays = await draw(count, frames, size, seedFor(seed, name));
      return new ArraySplit(
        { inputs: [{ shape, data: arrays.data }], labels: arrays.labels },
        Int32Array.from({ length: count }, (_, i) => i),
      );
    };
    return {
      name: `moving shapes (${train} + ${test}, ${frames} frames of ${size}×${size})`,
      kind: 'moving-shapes',
      inputs: [{ shape, dtype: 'float32' }],
      targets: { kind: 'classes', classes: motions.length, names: motions },
      train: await split(train, 'train'),
      test: await split(test, 'test'),
      hash: fingerprint(`moving shapes 1 ${seed} ${train} ${test} ${frames} ${size}`),
      skipped: [],
    };
  },
};

async function draw(count: number, frames: number, size: number, from: number) {
  const one = frames * size * size * 3;
  const [data, labels] = [new Float32Array(count * one), new Int32Array(count)];
  for (let i = 0; i < count; i++) {
    labels[i] = i % motions.length;
    film(
      motions[labels[i]!]!,
      seeded(seedFor(from, String(i))),
      frames,
      size,
      data.subarray(i * one, (i + 1) * one),
    );
    if (i % 50 === 49) await nextTurn();
  }
  return { data, labels };
}

function film(
  motion: (typeof motions)[number],
  random: Random,
  frames: number,
  size: number,
  out: Float32Array,
): void {
  const kind = [1, 2, 4, 6, 7, 9][Math.floor(random.next() * 6)]!;
  const [ground, tone] = [0, 1].map(() => [0, 1, 2].map(() => 2 * random.next() - 1)) as [number[], number[]];
  const start = {
    x: size * (0.35 + 0.3 * random.next()),
    y: size * (0.35 + 0.3 * random.next()),
    angle: 6 * random.next(),
    radius: size * (0.2 + 0.1 * random.next()),
  };
  const speed = (size / frames) * (0.4 + 0.3 * random.next());
  for (let t = 0; t < frames; t++) {
    const at = t - (frames - 1) / 2;
    const along = (name: string, other: string) => (motion === name ? 1 : motion === other ? -1 : 0) * at;
    const place = {
      x: start.x + speed * along('right', 'left'),
      y: start.y + speed * along('down', 'up'),
      angle: start.angle + (2.4 / frames) * along('clockwise', 'anticlockwise'),
      radius: start.radius * (1 + (1.2 / frames) * along('growing', 'shrinking')),
    };
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++) {
        const hit = inside(kind, x, y, place);
        for (let c = 0; c < 3; c++)
          out[((t * size + y) * size + x) * 3 + c] = (hit ? tone[c]! : ground[c]!) + 0.1 * random.normal();
      }
  }
}
