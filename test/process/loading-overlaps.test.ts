// The batch of the next step is decoded by threads while a step computes: the loop finds it ready.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encode } from 'jpeg-js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { imageWorkers } from '../../training/data/image-workers';
import { loadDataset } from '../../training/data/load';
import { Feed } from '../../training/trainer/feed';

const distDir = path.resolve(import.meta.dirname, '../../dist');
const [side, images, batch] = [400, 24, 6];
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'espalier-overlap-'));
  const data = Buffer.from(Array.from({ length: side * side * 4 }, (_, at) => (at * 7 + (at >> 9)) % 256));
  const { data: bytes } = encode({ width: side, height: side, data }, 90);
  for (const name of ['a', 'b']) {
    mkdirSync(path.join(folder, name));
    for (let i = 0; i < images / 2; i++) writeFileSync(path.join(folder, name, `${i}.jpg`), bytes);
  }
});
afterAll(async () => {
  await imageWorkers(distDir).close();
  rmSync(folder, { recursive: true, force: true });
});

it('a step that holds the thread still finds the next batch decoded when it ends', async () => {
  const wanted = [{ shape: [32, 32, 3], dtype: 'float32' }] as const;
  const spec = { kind: 'images', folder, test: 0.25, normalise: 'imagenet', flip: false, crop: 0 } as const;
  const { train } = await loadDataset(spec, { baseFolder: folder, wanted, distDir });
  const feed = new Feed(train, { epochs: 2, batch, seed: 0 });
  const awaited = async (step: number) => {
    const asked = performance.now();
    await feed.at(step);
    return performance.now() - asked;
  };
  // The first starts the threads; the second was asked for while nothing computed.
  await awaited(0);
  const alone = await awaited(1);
  const waits: number[] = [];
  for (const step of [2, 3, 4]) {
    // As a kernel does: this thread runs nothing else meanwhile.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4 * alone + 500);
    waits.push(await awaited(step));
  }
  expect(Math.min(...waits)).toBeLessThan(alone / 3);
});
