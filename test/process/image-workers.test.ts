// Images that threads decode: the same numbers as without, corrupt ones named, and a thread that dies is replaced.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encode } from 'jpeg-js';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ImageWorkers, imageWorkers } from '../../training/data/image-workers';
import { loadDataset } from '../../training/data/load';

const distDir = path.resolve(import.meta.dirname, '../../dist');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'espalier-images-'));
  for (const name of ['a', 'b']) {
    mkdirSync(path.join(folder, name));
    for (let i = 0; i < 12; i++) {
      const [width, height] = [20 + i, 40 - i];
      const data = Buffer.from(Array.from({ length: width * height * 4 }, (_, at) => (at * (i + 3)) % 256));
      const image = Object.assign(new PNG({ width, height }), { data });
      const bytes = i % 2 ? encode({ width, height, data }, 90).data : PNG.sync.write(image);
      if (i === 4) bytes.fill(0, bytes.length >> 2, bytes.length >> 1);
      writeFileSync(path.join(folder, name, `${i}.${i % 2 ? 'jpg' : 'png'}`), bytes);
    }
  }
});
afterAll(async () => {
  await imageWorkers(distDir).close();
  rmSync(folder, { recursive: true, force: true });
});

it('give the same samples as without threads, in the same order, and name what is corrupt', async () => {
  const spec = { kind: 'images', folder, test: 0.25, normalise: 'imagenet', flip: true, crop: 2 } as const;
  const wanted = [{ shape: [16, 16, 3], dtype: 'float32' }] as const;
  const sets = await Promise.all(
    [{}, { distDir }].map((more) => loadDataset(spec, { baseFolder: folder, wanted, ...more })),
  );
  const all = Int32Array.from({ length: sets[0]!.train.count }, (_, i) => i);
  const [here, there] = await Promise.all(sets.map(({ train }) => train.take(all, { seed: 3 })));
  expect(there).toEqual(here);
  await Promise.all(sets.map(({ test }) => test.take(Int32Array.from({ length: test.count }, (_, i) => i))));
  const names = sets.map(({ skipped }) => skipped.map(({ name }) => name).sort());
  expect(names).toEqual([
    ['a/4.png', 'b/4.png'],
    ['a/4.png', 'b/4.png'],
  ]);
});

it('a thread that cannot start fails what waits for it, in one line', async () => {
  const workers = new ImageWorkers(path.join(folder, 'nowhere'), 1);
  await expect(workers.decode(path.join(folder, 'a', '0.png'), [8, 8, 3])).rejects.toThrow(
    /^decoding ended: .*image-worker\.cjs/,
  );
});

it('a file that is gone is named', async () => {
  const workers = new ImageWorkers(distDir, 2);
  try {
    const [found, gone] = await Promise.allSettled(
      ['0.png', 'gone.png'].map((name) => workers.decode(path.join(folder, 'a', name), [8, 8, 3])),
    );
    expect(found).toMatchObject({ status: 'fulfilled' });
    expect(String((gone as PromiseRejectedResult).reason)).toContain('gone.png');
  } finally {
    await workers.close();
  }
});
