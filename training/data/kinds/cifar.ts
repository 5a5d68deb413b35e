// CIFAR-10 and CIFAR-100 in their binary version (https://www.cs.toronto.edu/~kriz/cifar.html).
import path from 'node:path';
import { augmentationOf } from '../augment';
import type { Dataset } from '../dataset';
import { listFolder, readData } from '../files';
import { fingerprint } from '../fingerprint';
import { type Normalisation, type Pixels, PixelSplit } from '../pixel-split';
import type { DataKind } from './kind';

const size = 32;
const area = size * size;
const shape = [size, size, 3] as const;

/** Of CIFAR-10's training pixels, as the field uses them for both. */
const normalisation: Normalisation = { mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] };

/** Bytes of label before the pixels, and which of them counts: CIFAR-100 has a coarse label first. */
const variants = [
  { classes: 10, train: /^data_batch_\d+\.bin$/, test: /^test_batch\.bin$/, labels: 1, label: 0 },
  { classes: 100, train: /^train\.bin$/, test: /^test\.bin$/, labels: 2, label: 1 },
] as const;

type Variant = (typeof variants)[number];

export const cifar: DataKind<'cifar'> = {
  id: 'cifar',
  async load(spec, { baseFolder }): Promise<Dataset> {
    const folder = path.resolve(baseFolder, spec.folder);
    const names = (await listFolder(folder)).map(({ name }) => name);
    const variant = variants.find(
      ({ train, test }) => names.some((n) => train.test(n)) && names.some((n) => test.test(n)),
    );
    if (!variant)
      throw new Error(
        `the data folder ${folder} holds no CIFAR in its binary version: data_batch_1.bin … and test_batch.bin, or train.bin and test.bin`,
      );
    const files = (pattern: RegExp) =>
      names.filter((name) => pattern.test(name)).map((name) => path.join(folder, name));
    const train = await read(files(variant.train), variant);
    const test = await read(files(variant.test), variant);
    return {
      name: `CIFAR-${variant.classes} in ${path.basename(folder)} (${train.count} + ${test.count})`,
      kind: 'cifar',
      inputs: [{ shape, dtype: 'float32' }],
      targets: { kind: 'classes', classes: variant.classes },
      train: new PixelSplit(train, shape, normalisation, augmentationOf(spec)),
      test: new PixelSplit(test, shape, normalisation),
      hash: fingerprint(train.pixels, train.labels, test.pixels, test.labels),
      skipped: [],
    };
  },
};

async function read(
  files: readonly string[],
  { labels: before, label: which, classes }: Variant,
): Promise<Pixels> {
  const record = before + 3 * area;
  const parts = [];
  for (const file of files) {
    const bytes = await readData(file);
    if (bytes.length === 0 || bytes.length % record !== 0)
      throw new Error(
        `${file} is truncated: ${bytes.length} bytes are no whole number of images of ${record} bytes`,
      );
    for (let at = which; at < bytes.length; at += record)
      if (bytes[at]! >= classes)
        throw new Error(
          `${file} is no CIFAR-${classes} file: image ${(at - which) / record} has the label ${bytes[at]}, the highest is ${classes - 1}`,
        );
    parts.push(bytes);
  }
  const all = Buffer.concat(parts);
  const count = all.length / record;
  const [pixels, labels] = [new Uint8Array(count * 3 * area), new Int32Array(count)];
  for (let i = 0; i < count; i++) {
    const from = i * record;
    labels[i] = all[from + which]!;
    // Planes of red, green and blue become pixels.
    for (let p = 0; p < area; p++)
      for (let c = 0; c < 3; c++) pixels[(i * area + p) * 3 + c] = all[from + before + c * area + p]!;
  }
  return { pixels, labels, count };
}
