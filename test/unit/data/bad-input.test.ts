// Data that is cut off, empty or out of range: one line that says what is wrong and where, and corrupt samples left out by name.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { encode as encodeJpeg } from 'jpeg-js';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { dataKinds } from '../../../core/recipe/data-kinds';
import { defaultsOf } from '../../../core/recipe/defaults';
import type { DataSpec } from '../../../core/recipe/recipe';
import type { Dataset, InputSpec } from '../../../training/data/dataset';
import { leftOut, withLeftOut } from '../../../training/data/left-out';
import { loadDataset } from '../../../training/data/load';
import { writeSafetensors } from '../../../training/export/safetensors';
import { tempFolder } from '../training/support';

type Given = { kind: string } & Record<string, unknown>;

const picture: InputSpec = { shape: [8, 8, 3], dtype: 'float32' };

function load(spec: Given, baseFolder: string, wanted: readonly InputSpec[] = [picture]): Promise<Dataset> {
  const full = { ...defaultsOf(dataKinds.get(spec.kind)!.fields), ...spec } as unknown as DataSpec;
  return loadDataset(full, { baseFolder, wanted });
}

async function problem(spec: Given, folder: string, wanted?: readonly InputSpec[]): Promise<string> {
  const message = await load(spec, folder, wanted).then(
    ({ name }) => `it was accepted: ${name}`,
    (error: Error) => error.message,
  );
  expect(message).not.toContain('\n');
  return message.replaceAll(`${folder}/`, '').replaceAll(folder, 'FOLDER');
}

function write(folder: string, name: string, content: string | Uint8Array): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), content);
}

function png(size: number): Buffer {
  const image = new PNG({ width: size, height: size });
  // Noise, so that what is compressed has a middle to be damaged.
  for (let i = 0; i < image.data.length; i++) image.data[i] = i % 4 === 3 ? 255 : (i * i * 7919) % 251;
  return PNG.sync.write(image);
}

function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.fill(0, copy.length >> 2, copy.length >> 1);
  return copy;
}

/** `\x93NUMPY`, version 1, a header of 118 bytes. */
function npyFile(descr: string, shape: string, body: Uint8Array): Buffer {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117) + '\n';
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]);
  return Buffer.concat([start, Buffer.from(header, 'latin1'), body]);
}

describe('folders of images', () => {
  function folder(): string {
    const at = tempFolder();
    for (const name of ['a', 'b']) for (let i = 0; i < 3; i++) write(at, `${name}/${i}.png`, png(20));
    return at;
  }

  it('what is damaged inside is found when it is decoded: named, and another image stands in', async () => {
    const at = folder();
    write(at, 'a/0.png', damaged(png(20)));
    write(
      at,
      'b/1.jpg',
      Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(50), Buffer.from([0xff, 0xd9])]),
    );
    const data = await load({ kind: 'images', folder: '.', test: 0.5 }, at);
    for (const split of [data.train, data.test])
      for (let round = 0; round < 2; round++) {
        const all = Int32Array.from({ length: split.count }, (_, i) => i);
        const { inputs, count } = await split.take(all);
        expect(count).toBe(split.count);
        expect(inputs[0]!.data.every(Number.isFinite)).toBe(true);
      }
    expect(data.skipped.map(({ name }) => name).sort()).toEqual(['a/0.png', 'b/1.jpg']);
  });

  it('where nothing can be decoded, the first reason is said', async () => {
    const at = tempFolder();
    for (const name of ['a', 'b'])
      for (let i = 0; i < 3; i++) write(at, `${name}/${i}.png`, damaged(png(20)));
    const data = await load({ kind: 'images', folder: '.' }, at);
    await expect(data.train.take(Int32Array.of(0))).rejects.toThrow(
      /no image can be decoded; the first: .*\.png/,
    );
  });

  it.each([
    [0, 'FOLDER has 6 samples: holding out 0 for testing leaves none to test on'],
    [1, 'FOLDER has 6 samples: holding out 6 for testing leaves none to train on'],
  ])('a test share of %d is refused', async (test, message) => {
    expect(await problem({ kind: 'images', folder: '.', test }, folder())).toBe(message);
  });

  it('truncated files alone are no data', async () => {
    const at = tempFolder();
    const cut = encodeJpeg({ width: 9, height: 9, data: Buffer.alloc(324) }).data.subarray(0, 200);
    for (const name of ['a', 'b']) write(at, `${name}/1.jpg`, cut);
    expect(await problem({ kind: 'images', folder: '.' }, at)).toBe(
      'FOLDER holds no PNG or JPEG images to train and test on; 2 could not be read, a/1.jpg first: it is truncated',
    );
  });

  it('classes that only one of train and val has are named', async () => {
    const at = tempFolder();
    for (const name of ['train/a', 'train/b', 'val/a', 'val/c']) write(at, `${name}/1.png`, png(8));
    expect(await problem({ kind: 'images', folder: '.' }, at)).toBe(
      'val has a folder c, unlike the training images; both need the same classes',
    );
  });

  it('links count as what they lead to', async () => {
    const [at, real] = [tempFolder(), folder()];
    for (const name of ['a', 'b']) symlinkSync(path.join(real, name), path.join(at, name));
    write(at, 'c/0.png', png(8));
    symlinkSync(path.join(real, 'a/0.png'), path.join(at, 'c/1.png'));
    const data = await load({ kind: 'images', folder: '.' }, at);
    expect(data.train.count + data.test.count).toBe(8);
  });
});

describe('detection folders', () => {
  function folder(yaml?: string): string {
    const at = tempFolder();
    for (const split of ['train', 'val'])
      for (let i = 0; i < 3; i++) {
        write(at, `images/${split}/${i}.png`, png(20));
        write(at, `labels/${split}/${i}.txt`, '0 0.5 0.5 0.2 0.2\n');
      }
    if (yaml !== undefined) write(at, 'data.yaml', yaml);
    return at;
  }

  it('an image that cannot be decoded is named, and does not end the run', async () => {
    const at = folder();
    write(at, 'images/train/1.png', damaged(png(20)));
    const data = await load({ kind: 'yolo', folder: '.', mosaic: 1 }, at);
    const { count } = await data.train.take(Int32Array.of(0, 1, 2), { seed: 1 });
    expect(count).toBe(3);
    await data.train.take(Int32Array.of(1));
    expect(data.skipped.map(({ name }) => name)).toEqual(['1.png']);
  });

  it.each([
    ['train: ../../elsewhere\nval: images/val\n', 'names ../elsewhere, which is outside of that folder'],
    ['train: /etc\nval: images/val\n', 'names /etc, which is outside of that folder'],
    ['names: [a, b\n', 'data.yaml cannot be read'],
    ['names: []\n', 'FOLDER has boxes of class 0, but data.yaml names 0 classes'],
  ])('%j is refused', async (yaml, message) => {
    expect(await problem({ kind: 'yolo', folder: '.' }, folder(yaml))).toContain(message);
  });

  it('images without any labels are refused', async () => {
    const at = tempFolder();
    for (let i = 0; i < 5; i++) write(at, `images/${i}.png`, png(9));
    expect(await problem({ kind: 'yolo', folder: '.' }, at)).toBe(
      'FOLDER has no boxes: each image needs a .txt file of its name below labels, as images/1.jpg has labels/1.txt',
    );
  });
});

it('a CIFAR file with a label out of range is named', async () => {
  const at = tempFolder();
  write(at, 'test_batch.bin', Buffer.alloc(3073));
  write(at, 'data_batch_1.bin', Buffer.alloc(3073));
  write(at, 'data_batch_2.bin', Buffer.concat([Buffer.alloc(3073), Buffer.alloc(3073, 12)]));
  expect(await problem({ kind: 'cifar', folder: '.' }, at)).toBe(
    'data_batch_2.bin is no CIFAR-10 file: image 1 has the label 12, the highest is 9',
  );
});

describe('tables', () => {
  it.each([
    ['', 'data.csv is empty; its first line should name the columns'],
    ['kind\na\n', 'data.csv has no column beside kind: there is nothing to learn from'],
    ['x,kind\n,a\n', 'data.csv has no row of numbers; line 2: x is empty'],
    ['x,kind\nlong,a\n', 'data.csv has no row of numbers; line 2: x is long, which is no number'],
    ['x,kind\n1,1.5\n2,2.5\n', 'data.csv has 1.5 in its column kind; classes are words or whole numbers'],
    ['x,kind\n1,a\n2,a\n', 'data.csv has only a in its column kind; two classes at least are needed'],
    ['x,kind\n1,"a\n2,b\n', 'data.csv has a quote in line 2 that is never closed'],
  ])('%j are refused', async (content, message) => {
    const at = tempFolder();
    write(at, 'data.csv', content);
    expect(await problem({ kind: 'csv', file: 'data.csv', label: 'kind' }, at, [])).toBe(message);
  });

  it('a byte order mark, empty lines and lines within quotes are part of the format', async () => {
    const at = tempFolder();
    write(at, 'data.csv', '\ufeffx,kind\r\n1,"two\nlines"\r\n\r\n2,b\r\n,b\r\n3,b\r\n');
    const data = await load({ kind: 'csv', file: 'data.csv', label: 'kind', test: 0.34 }, at, []);
    expect(data.targets).toEqual({ kind: 'classes', classes: 2, names: ['b', 'two\nlines'] });
    expect(data.skipped).toEqual([{ name: 'line 6', why: 'x is empty' }]);
  });
});

describe('NumPy arrays', () => {
  const labels = npyFile('|u1', '(4,)', Uint8Array.of(0, 1, 0, 1));
  const npy = { kind: 'npy', inputs: 'x.npy', labels: 'y.npy', test: 1 };

  it.each([
    [Buffer.from('x'), 'x.npy is no usable NumPy array: it has 1 bytes, its header alone needs more'],
    [npyFile('|u1', '(4, 2)', new Uint8Array(5)), 'it is truncated: 4×2 need 8 bytes, it has 5'],
    [npyFile('|u1', '(4L, 2L)', new Uint8Array(8)), 'its shape is 4L, 2L'],
    [npyFile('|O8', '(4, 2)', new Uint8Array(64)), 'its header says'],
    [npyFile('|u1', '(3, 2)', new Uint8Array(6)), 'x.npy has 3 inputs but labels of 4'],
  ])('%# are refused', async (x, message) => {
    const at = tempFolder();
    write(at, 'x.npy', x);
    write(at, 'y.npy', labels);
    expect(await problem(npy, at)).toContain(message);
  });

  it('a label that is no class is named by its sample', async () => {
    const at = tempFolder();
    write(at, 'x.npy', npyFile('|u1', '(4, 2)', new Uint8Array(8)));
    write(at, 'y.npy', npyFile('|i1', '(4,)', Uint8Array.of(0, 1, 255, 1)));
    expect(await problem(npy, at)).toBe(
      'x.npy has the label -1 at sample 2; labels are whole numbers from 0',
    );
  });

  it('channels may come first, as PyTorch saves them, and whole numbers stay such', async () => {
    const at = tempFolder();
    // One sample of 2 channels × 2 × 3 counts its bytes; the others are black.
    const body = Uint8Array.from({ length: 48 }, (_, i) => (i < 12 ? i : 0));
    write(at, 'x.npy', npyFile('|u1', '(4, 2, 2, 3)', body));
    write(at, 'y.npy', labels);
    const data = await load(npy, at, [{ shape: [2, 3, 2], dtype: 'int32' }]);
    expect(data.inputs).toEqual([{ shape: [2, 3, 2], dtype: 'int32' }]);
    const all = [data.train, data.test].map((split) =>
      split.take(Int32Array.from({ length: split.count }, (_, i) => i)),
    );
    const samples = (await Promise.all(all)).flatMap(({ inputs }) => [...inputs[0]!.data].join(' '));
    expect(samples.join(' ')).toContain('0 6 1 7 2 8 3 9 4 10 5 11');
  });
});

describe('prepared tensors', () => {
  const file = (tensors: Record<string, { shape: number[]; data: Float32Array | Int32Array }>) =>
    writeSafetensors(new Map(Object.entries(tensors)));
  const labels = { shape: [4], data: Int32Array.of(0, 1, 2, 0) };
  const x = { shape: [4, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) };

  it.each([
    ['cut off', file({ x, labels }).subarray(0, 60), 'data.safetensors cannot be read'],
    ['without labels', file({ x }), 'data.safetensors has no tensor labels; it holds x'],
    ['with labels alone', file({ labels }), 'data.safetensors holds labels only'],
    [
      'with a negative label',
      file({ x, labels: { shape: [4], data: Int32Array.of(0, -1, 0, 1) } }),
      'one class number from 0 a sample is wanted',
    ],
    [
      'with other numbers of rows',
      file({ x: { shape: [2, 4], data: x.data }, labels }),
      'data.safetensors has 2 rows of x but 4 labels',
    ],
  ])('%s are refused', async (_, bytes, message) => {
    const at = tempFolder();
    write(at, 'data.safetensors', bytes);
    expect(await problem({ kind: 'tensors', file: 'data.safetensors', test: 0.25 }, at)).toContain(message);
  });

  it('go to the inputs in the order of their names', async () => {
    const at = tempFolder();
    const b = { shape: [4], data: Int32Array.of(9, 8, 7, 6) };
    write(at, 'data.safetensors', file({ b, labels, a: x }));
    const data = await load({ kind: 'tensors', file: 'data.safetensors', test: 0.25 }, at, []);
    expect(data.inputs).toEqual([
      { shape: [2], dtype: 'float32' },
      { shape: [], dtype: 'int32' },
    ]);
  });
});

it('empty text has no window', async () => {
  const at = tempFolder();
  write(at, 'a.txt', '');
  expect(await problem({ kind: 'text', file: 'a.txt' }, at)).toContain('a.txt has 0 tokens');
});

it('a hundred thousand files have one hash', async () => {
  const { fingerprint, fingerprintOf } = await import('../../../training/data/fingerprint');
  const parts = Array.from({ length: 300_000 }, (_, i) => String(i));
  expect(fingerprintOf(parts)).toBe(fingerprint(parts.join('')));
});

describe('what a run tells of samples that were left out', () => {
  const skipped = Array.from({ length: 5 }, (_, i) => ({ name: `${i}.png`, why: 'it is truncated' }));

  it('names the first, and counts the others', () => {
    expect(leftOut([])).toBeUndefined();
    expect(leftOut(skipped.slice(0, 1))).toBe('1 sample was left out: 0.png (it is truncated)');
    expect(leftOut(skipped)).toMatch(
      /^5 samples were left out: 0\.png .* 2\.png \(it is truncated\), and 2 more$/,
    );
  });

  it('is told anew beside what else there is to say', () => {
    const [before, now] = [leftOut(skipped.slice(0, 1))!, leftOut(skipped)!];
    expect(withLeftOut(undefined, undefined, now)).toBe(now);
    expect(withLeftOut(`resumed; ${before}`, before, now)).toBe(`resumed; ${now}`);
    expect(withLeftOut(before, before, now)).toBe(now);
  });
});
