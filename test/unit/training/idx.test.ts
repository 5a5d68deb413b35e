// IDX files: what is read, how the split is made, and one line for each way in which a file can be wrong.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../training/data/dataset';
import { loadIdx } from '../../../training/data/kinds/idx';
import { tempFolder } from './support';

const idx = (dims: readonly number[], bytes: Uint8Array, type = 8): Buffer => {
  const header = Buffer.alloc(4 + 4 * dims.length);
  header.set([0, 0, type, dims.length]);
  dims.forEach((dim, i) => header.writeUInt32BE(dim, 4 + 4 * i));
  return Buffer.concat([header, bytes]);
};

const classesOf = ({ targets }: Dataset) => targets.kind === 'classes' && targets.classes;

/** `count` images of 2×3 whose pixels are all the sample's number, and labels 0, 1, 2, 0, … */
function pair(folder: string, split: string, count: number, { gzip = false, separator = '-' } = {}): void {
  const pixels = Uint8Array.from({ length: count * 6 }, (_, i) => Math.floor(i / 6));
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 3);
  const pack = (bytes: Buffer) => (gzip ? gzipSync(bytes) : bytes);
  const name = (what: string, rank: number) =>
    path.join(folder, `${split}-${what}${separator}idx${rank}-ubyte${gzip ? '.gz' : ''}`);
  writeFileSync(name('images', 3), pack(idx([count, 2, 3], pixels)));
  writeFileSync(name('labels', 1), pack(idx([count], labels)));
}

describe('IDX data', () => {
  it('reads a train and a t10k pair, plain or gzipped, whatever the separator', async () => {
    const folder = tempFolder();
    pair(folder, 'train', 9, { gzip: true });
    pair(folder, 't10k', 3, { separator: '.' });
    const data = await loadIdx(folder, 1);
    expect([data.train.count, data.test.count, classesOf(data)]).toEqual([9, 3, 3]);
    expect(data.inputs[0]!.shape).toEqual([2, 3, 1]);
  });

  it('holds out the last samples when there is one pair', async () => {
    const folder = tempFolder();
    pair(folder, 't10k', 10);
    const data = await loadIdx(folder, 4);
    expect([data.train.count, data.test.count]).toEqual([6, 4]);
    const { inputs, targets } = await data.test.take(Int32Array.of(0, 1, 3));
    expect(inputs[0]!.data[0]).toBeCloseTo((6 / 255 - 0.1307) / 0.3081, 6);
    expect(targets).toEqual({ kind: 'classes', labels: Int32Array.of(0, 1, 0) });
  });

  it('normalises with MNIST’s mean and deviation', async () => {
    const folder = tempFolder();
    pair(folder, 't10k', 10);
    const data = await loadIdx(folder, 4);
    const { data: images } = (await data.train.take(Int32Array.of(5, 0))).inputs[0]!;
    expect(images.length).toBe(12);
    expect(images[0]).toBeCloseTo((5 / 255 - 0.1307) / 0.3081, 6);
    expect(images[6]).toBeCloseTo(-0.1307 / 0.3081, 6);
  });

  it('reads the 8,000 and 2,000 of the MNIST file when it is there', async ({ skip }) => {
    const folder =
      process.env['ESPALIER_MNIST'] ?? path.resolve(import.meta.dirname, '../../../../shared/data/mnist');
    const data = await loadIdx(folder, 2000).catch(() => skip(`no MNIST files in ${folder}`));
    expect([data.train.count, data.test.count, classesOf(data)]).toEqual([8000, 2000, 10]);
    expect(data.inputs[0]!.shape).toEqual([28, 28, 1]);
  });
});

describe('IDX data that is wrong', () => {
  const images = 't10k-images-idx3-ubyte';
  const labels = 't10k-labels-idx1-ubyte';

  async function problem(change: (folder: string) => void): Promise<string> {
    const folder = tempFolder();
    pair(folder, 't10k', 10);
    change(folder);
    return loadIdx(folder, 4).then(
      () => 'it was accepted',
      (error: Error) => error.message.replaceAll(`${folder}/`, '').replaceAll(folder, 'FOLDER'),
    );
  }
  const replace = (name: string, change: (bytes: Buffer) => Uint8Array) => (folder: string) => {
    const file = path.join(folder, name);
    writeFileSync(file, change(readFileSync(file)));
  };

  it('a truncated file names the bytes it has and needs', async () => {
    expect(await problem(replace(images, (bytes) => bytes.subarray(0, 50)))).toBe(
      't10k-images-idx3-ubyte is no usable IDX file: it is truncated: 10×2×3 need 76 bytes, it has 50',
    );
    expect(await problem(replace(images, () => Buffer.alloc(2)))).toContain(
      '2 bytes, its header alone needs more',
    );
  });

  it('bytes after the end are not ignored', async () => {
    expect(await problem(replace(labels, (bytes) => Buffer.concat([bytes, Buffer.alloc(3)])))).toContain(
      'has bytes after its end: 10 need 18 bytes, it has 21',
    );
  });

  it('a file that is something else', async () => {
    expect(await problem(replace(images, () => Buffer.from('<html>not found</html>')))).toContain(
      'it begins with bytes 3c 68 74 6d, an IDX file with 00 00',
    );
    expect(await problem(replace(images, () => idx([1], new Uint8Array(4), 13)))).toContain('type 0xd');
    expect(await problem(replace(images, () => idx([10], new Uint8Array(10))))).toContain('holds no images');
  });

  it('a gzip file that was cut off', async () => {
    expect(await problem(replace(images, (bytes) => gzipSync(bytes).subarray(0, 30)))).toContain(
      'cannot be unpacked: it is truncated after 30 bytes',
    );
  });

  it('labels that are not as many as the images', async () => {
    expect(await problem(replace(labels, () => idx([9], new Uint8Array(9))))).toBe(
      't10k-labels-idx1-ubyte has 9 labels for the 10 images of t10k-images-idx3-ubyte',
    );
  });

  it('a folder that is missing, a file, or holds nothing of the kind', async () => {
    const folder = tempFolder();
    await expect(loadIdx(path.join(folder, 'none'), 1)).rejects.toThrow(
      /none cannot be read: it does not exist/,
    );
    writeFileSync(path.join(folder, 'file'), '');
    await expect(loadIdx(path.join(folder, 'file'), 1)).rejects.toThrow(/it is a file, not a folder/);
    await expect(loadIdx(folder, 1)).rejects.toThrow(/holds no MNIST files: train-images-idx3-ubyte/);
    writeFileSync(path.join(folder, images), '');
    await expect(loadIdx(folder, 1)).rejects.toThrow(/has t10k-images-idx3-ubyte but not the labels/);
    mkdirSync(path.join(folder, labels));
    await expect(loadIdx(folder, 1)).rejects.toThrow(/t10k-images-idx3-ubyte is no usable IDX file/);
  });

  it('more test samples than there are', async () => {
    const folder = tempFolder();
    pair(folder, 't10k', 10);
    await expect(loadIdx(folder, 10)).rejects.toThrow(
      /has 10 samples: holding out 10 for testing leaves none/,
    );
  });
});
