// Every kind of data, out of small files that the test writes: what is read, how it is split, and what is wrong in one line.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { encode as encodeJpeg } from 'jpeg-js';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { defaultsOf } from '../../../core/recipe/defaults';
import { dataKinds } from '../../../core/recipe/data-kinds';
import type { DataSpec } from '../../../core/recipe/recipe';
import type { Dataset, InputSpec } from '../../../training/data/dataset';
import { loadDataset } from '../../../training/data/load';
import { tempFolder } from '../training/support';

const picture: InputSpec[] = [{ shape: [8, 8, 3], dtype: 'float32' }];

function load(
  spec: { kind: string } & Record<string, unknown>,
  wanted: readonly InputSpec[] = picture,
  baseFolder = '/',
): Promise<Dataset> {
  const full = { ...defaultsOf(dataKinds.get(spec.kind)!.fields), ...spec } as unknown as DataSpec;
  return loadDataset(full, { baseFolder, wanted });
}

const problem = (loading: Promise<Dataset>, folder: string): Promise<string> =>
  loading.then(
    () => 'it was accepted',
    (error: Error) => error.message.replaceAll(`${folder}/`, '').replaceAll(folder, 'FOLDER'),
  );

function png(width: number, height: number, colour: readonly [number, number, number]): Buffer {
  const image = new PNG({ width, height });
  for (let i = 0; i < width * height; i++) image.data.set([...colour, 255], i * 4);
  return PNG.sync.write(image);
}

function jpeg(width: number, height: number, colour: readonly [number, number, number]): Buffer {
  const data = Buffer.alloc(width * height * 4);
  for (let i = 0; i < width * height; i++) data.set([...colour, 255], i * 4);
  return encodeJpeg({ width, height, data }, 95).data;
}

describe('folders of images', () => {
  function folderOf(count: number): string {
    const folder = tempFolder();
    for (const [name, colour] of [
      ['blue', [0, 0, 255]],
      ['red', [255, 0, 0]],
    ] as const) {
      mkdirSync(path.join(folder, name));
      for (let i = 0; i < count; i++) {
        const bytes = i % 2 === 0 ? png(12, 9, colour) : jpeg(9, 12, colour);
        writeFileSync(path.join(folder, name, `${i}.${i % 2 === 0 ? 'png' : 'jpg'}`), bytes);
      }
    }
    return folder;
  }

  it('are decoded, brought to the size of the model and normalised', async () => {
    const folder = folderOf(5);
    const data = await load({ kind: 'images', folder, normalise: 'none' });
    expect([data.train.count, data.test.count]).toEqual([8, 2]);
    expect(data.targets).toEqual({ kind: 'classes', classes: 2, names: ['blue', 'red'] });
    const all = await data.train.take(Int32Array.from({ length: 8 }, (_, i) => i));
    if (all.targets.kind !== 'classes') throw new Error('no classes');
    const pixels = all.inputs[0]!;
    expect(pixels.shape).toEqual([8, 8, 8, 3]);
    for (const [i, label] of all.targets.labels.entries()) {
      const [red, , blue] = pixels.data.subarray(i * 192 + 96, i * 192 + 99);
      expect([red! > 0.95, blue! > 0.95]).toEqual(label === 1 ? [true, false] : [false, true]);
    }
  });

  it('take their test split from a folder of its own, and say so by another hash when a file changes', async () => {
    const folder = tempFolder();
    for (const split of ['train', 'val'])
      for (const name of ['a', 'b']) {
        mkdirSync(path.join(folder, split, name), { recursive: true });
        writeFileSync(path.join(folder, split, name, '1.png'), png(8, 8, [1, 2, 3]));
      }
    const before = await load({ kind: 'images', folder });
    expect([before.train.count, before.test.count]).toEqual([2, 2]);
    writeFileSync(path.join(folder, 'val', 'b', '1.png'), png(9, 9, [9, 9, 9]));
    expect((await load({ kind: 'images', folder })).hash).not.toBe(before.hash);
  });

  it('leave out what is corrupt, by name, and refuse only when nothing is left', async () => {
    const folder = folderOf(4);
    writeFileSync(path.join(folder, 'red', '0.png'), png(12, 9, [255, 0, 0]).subarray(0, 60));
    writeFileSync(path.join(folder, 'red', '9.jpg'), 'not an image');
    const data = await load({ kind: 'images', folder });
    expect(data.skipped).toEqual([
      { name: 'red/0.png', why: 'it is truncated' },
      { name: 'red/9.jpg', why: 'it is neither PNG nor JPEG' },
    ]);
    expect(data.name).toContain('2 left out');
    const empty = tempFolder();
    expect(await problem(load({ kind: 'images', folder: empty }), empty)).toBe(
      'FOLDER needs a folder of images for each class, two at least; it has 0',
    );
    expect(await problem(load({ kind: 'images', folder: path.join(empty, 'nowhere') }), empty)).toBe(
      'the data folder nowhere cannot be read: it does not exist',
    );
  });

  it('mirror and shift the same way for the same seed, and not at all for testing', async () => {
    const data = await load({ kind: 'shapes', train: 20, test: 10, flip: true, crop: 3 }, []);
    const at = async (seed?: number) =>
      (await data.train.take(Int32Array.of(3, 7), seed === undefined ? undefined : { seed })).inputs[0]!.data;
    expect(await at(1)).toEqual(await at(1));
    expect(await at(1)).not.toEqual(await at(2));
    expect(await at()).toEqual(await at());
  });
});

describe('CIFAR in binary', () => {
  it('is read plane by plane', async () => {
    const folder = tempFolder();
    const record = Buffer.alloc(3073);
    record[0] = 7;
    record.fill(255, 1, 1025);
    writeFileSync(path.join(folder, 'data_batch_1.bin'), Buffer.concat([record, record]));
    writeFileSync(path.join(folder, 'test_batch.bin'), record);
    const data = await load({ kind: 'cifar', folder });
    const { inputs, targets } = await data.train.take(Int32Array.of(1));
    expect(targets).toEqual({ kind: 'classes', labels: Int32Array.of(7) });
    expect(inputs[0]!.data[0]).toBeCloseTo((1 - 0.4914) / 0.247, 5);
    expect(inputs[0]!.data[1]).toBeCloseTo(-0.4822 / 0.2435, 5);
    writeFileSync(path.join(folder, 'test_batch.bin'), record.subarray(0, 100));
    expect(await problem(load({ kind: 'cifar', folder }), folder)).toBe(
      'test_batch.bin is truncated: 100 bytes are no whole number of images of 3073 bytes',
    );
  });
});

describe('tables of numbers', () => {
  it('are standardised by the training rows, and rows with holes are left out', async () => {
    const folder = tempFolder();
    const file = path.join(folder, 'iris.csv');
    const rows = Array.from({ length: 20 }, (_, i) => `${i},${100 - i},"${i % 2 ? 'setosa, b' : 'a'}"`);
    writeFileSync(file, ['width,length,kind', ...rows, '1,,a', '1,2'].join('\n'));
    const data = await load({ kind: 'csv', file, label: 'kind', test: 0.25 }, []);
    expect([data.train.count, data.test.count, data.inputs[0]!.shape]).toEqual([15, 5, [2]]);
    expect(data.targets).toEqual({ kind: 'classes', classes: 2, names: ['a', 'setosa, b'] });
    expect(data.skipped.map(({ name }) => name)).toEqual(['line 22', 'line 23']);
    const { inputs } = await data.train.take(Int32Array.from({ length: 15 }, (_, i) => i));
    const mean = [...inputs[0]!.data].reduce((sum, value) => sum + value, 0) / 30;
    expect(mean).toBeCloseTo(0, 5);
    expect(await problem(load({ kind: 'csv', file, label: 'species' }, []), folder)).toBe(
      'iris.csv has no column species; its columns are width, length, kind',
    );
  });
});

describe('text', () => {
  it('asks for the next character at every position', async () => {
    const folder = tempFolder();
    writeFileSync(path.join(folder, 'a.txt'), 'abcd'.repeat(50));
    const data = await load({ kind: 'text', file: 'a.txt', length: 5 }, [], folder);
    expect(data.targets).toEqual({ kind: 'tokens', vocabulary: 4, length: 5 });
    const { inputs, targets } = await data.train.take(Int32Array.of(0, 1));
    expect([...inputs[0]!.data]).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 0, 1]);
    expect(targets).toEqual({ kind: 'tokens', length: 5, ids: Int32Array.of(1, 2, 3, 0, 1, 2, 3, 0, 1, 2) });
    expect(await problem(load({ kind: 'text', file: 'a.txt', length: 500 }, [], folder), folder)).toContain(
      'a.txt has 200 tokens: with 0.1 of them for testing there is no window of 500 in both parts',
    );
  });
});

describe('detection folders', () => {
  const square: InputSpec[] = [{ shape: [16, 16, 3], dtype: 'float32' }];
  function detection(): string {
    const folder = tempFolder();
    for (const split of ['train', 'val']) {
      mkdirSync(path.join(folder, 'images', split), { recursive: true });
      mkdirSync(path.join(folder, 'labels', split), { recursive: true });
      for (let i = 0; i < 3; i++) {
        writeFileSync(path.join(folder, 'images', split, `${i}.png`), png(32, 16, [200, 10, 10]));
        writeFileSync(path.join(folder, 'labels', split, `${i}.txt`), '1 0.5 0.5 0.25 0.5\n');
      }
    }
    writeFileSync(
      path.join(folder, 'data.yaml'),
      'train: images/train\nval: images/val\nnames: [cat, dog]\n',
    );
    return folder;
  }

  it('are letterboxed with their boxes', async () => {
    const data = await load({ kind: 'yolo', folder: detection() }, square);
    expect(data.targets).toEqual({ kind: 'boxes', classes: 2, names: ['cat', 'dog'] });
    const { inputs, targets } = await data.test.take(Int32Array.of(0));
    if (targets.kind !== 'boxes') throw new Error('no boxes');
    // Twice as wide as high: the height is half of the square.
    expect([...targets.boxes[0]!]).toEqual([1, 0.5, 0.5, 0.25, 0.25]);
    expect(inputs[0]!.data[0]).toBeCloseTo(114 / 255, 5);
    expect(inputs[0]!.data[8 * 16 * 3]).toBeCloseTo(200 / 255, 2);
  });

  it('put four together to a mosaic whose boxes stay within it', async () => {
    const data = await load({ kind: 'yolo', folder: detection(), mosaic: 1, flip: true }, square);
    for (let seed = 0; seed < 5; seed++) {
      const { targets } = await data.train.take(Int32Array.of(0, 1), { seed });
      if (targets.kind !== 'boxes') throw new Error('no boxes');
      for (const boxes of targets.boxes)
        for (let i = 0; i < boxes.length; i += 5) {
          const [, x, y, w, h] = boxes.subarray(i, i + 5) as unknown as [
            number,
            number,
            number,
            number,
            number,
          ];
          expect(Math.min(x - w / 2, y - h / 2)).toBeGreaterThanOrEqual(-1e-6);
          expect(Math.max(x + w / 2, y + h / 2)).toBeLessThanOrEqual(1 + 1e-6);
        }
    }
  });

  it('leave out an image whose labels make no sense', async () => {
    const folder = detection();
    writeFileSync(path.join(folder, 'labels', 'train', '1.txt'), '0 0.5 0.5 7 0.5\n');
    const data = await load({ kind: 'yolo', folder }, square);
    expect(data.skipped).toEqual([
      {
        name: '1.png',
        why: 'line 1 of its labels is 0 0.5 0.5 7 0.5; class x y width height are wanted, 0 to 1',
      },
    ]);
  });
});

describe('data that needs no file', () => {
  it.each(['digits', 'shapes', 'moving-shapes', 'aerial', 'grammar'])(
    '%s is the same every time',
    async (kind) => {
      const made = () => load({ kind, train: 12, test: 4 }, []);
      const [a, b] = [await made(), await made()];
      const indices = Int32Array.of(1, 5);
      expect(await a.train.take(indices)).toEqual(await b.train.take(indices));
      expect((await a.train.take(indices)).inputs[0]!.data).not.toEqual(
        (await a.test.take(Int32Array.of(1, 2))).inputs[0]!.data,
      );
      expect([a.hash, a.train.count, a.test.count]).toEqual([b.hash, 12, 4]);
    },
  );

  it('grammar tells the same words in another order, verbs last', async () => {
    const made = (order?: string) =>
      load({ kind: 'grammar', train: 60, test: 4, length: 32, ...(order ? { order } : {}) }, []);
    const [first, last] = [await made(), await made('object-verb')];
    expect(first.hash).not.toBe(last.hash);
    expect(first.targets).toEqual(last.targets);
    const ids = async ({ train }: Awaited<ReturnType<typeof made>>) =>
      (await train.take(Int32Array.from({ length: 60 }, (_, i) => i))).inputs[0]!.data;
    const [a, b] = [await ids(first), await ids(last)];
    const pairs = (of: ArrayLike<number>) =>
      new Set(Array.from(of).flatMap((id, i, all) => (i > 0 ? [`${all[i - 1]!} ${id}`] : [])));
    expect(new Set(b)).toEqual(new Set(a));
    // What follows what: a part of it never does the other way round.
    const [known, other] = [pairs(a), pairs(b)];
    expect([...other].filter((pair) => known.has(pair)).length).toBeLessThan(0.9 * other.size);
  });
});
