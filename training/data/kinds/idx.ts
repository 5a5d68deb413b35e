// Data in IDX files with MNIST's names in a folder: a train and a t10k pair, or one pair of which the end is held out.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Dataset } from '../dataset';
import { fingerprint } from '../fingerprint';
import { grey, type Pixels, PixelSplit } from '../pixel-split';
import { readIdx } from './idx-file';
import type { DataKind } from './kind';

export const idx: DataKind<'idx'> = {
  id: 'idx',
  load: ({ folder, test }, { baseFolder }) => loadIdx(path.resolve(baseFolder, folder), test),
};

/** Rejects with one line that names the folder or file and what is wrong with it. */
export async function loadIdx(folder: string, test: number): Promise<Dataset> {
  const names = await list(folder);
  const [train, t10k] = [pairIn(names, 'train'), pairIn(names, 't10k')];
  const only = train ?? t10k;
  if (!only) throw new Error(missing(folder, names));
  const first = await readPair(folder, only);
  const { train: trainSplit, test: testSplit } =
    train && t10k
      ? { train: first.split, test: (await readPair(folder, t10k, first)).split }
      : holdOut(first, test, folder);
  const classes = Math.max(highest(trainSplit.labels), highest(testSplit.labels)) + 1;
  return {
    name: `IDX files in ${path.basename(folder)} (${trainSplit.count} + ${testSplit.count})`,
    kind: 'idx',
    inputs: [{ shape: first.shape, dtype: 'float32' }],
    targets: { kind: 'classes', classes },
    train: new PixelSplit(trainSplit, first.shape, grey),
    test: new PixelSplit(testSplit, first.shape, grey),
    hash: fingerprint(...[trainSplit, testSplit].flatMap(({ pixels, labels }) => [pixels, labels])),
    skipped: [],
  };
}

interface PairNames {
  readonly images: string;
  readonly labels: string;
}

interface Pair {
  /** Height, width, channels. */
  readonly shape: readonly [number, number, number];
  readonly split: Pixels;
}

async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT' ? 'it does not exist' : code === 'ENOTDIR' ? 'it is a file, not a folder' : message;
    throw new Error(`the data folder ${folder} cannot be read: ${why}`);
  }
}

/** `train-images-idx3-ubyte`, `train-images.idx3-ubyte`, either with `.gz`. The unpacked one first. */
function pairIn(names: readonly string[], split: 'train' | 't10k'): PairNames | undefined {
  const find = (what: 'images' | 'labels') =>
    names.filter((name) => new RegExp(`^${split}-${what}[-.]idx\\d-ubyte(\\.gz)?$`).test(name)).sort()[0];
  const [images, labels] = [find('images'), find('labels')];
  return images && labels ? { images, labels } : undefined;
}

function missing(folder: string, names: readonly string[]): string {
  const half = names.find((name) => /^(train|t10k)-(images|labels)[-.]idx\d-ubyte(\.gz)?$/.test(name));
  if (half) {
    const other = half.includes('images') ? 'labels' : 'images';
    return `the data folder ${folder} has ${half} but not the ${other} that belong to it`;
  }
  return `the data folder ${folder} holds no MNIST files: train-images-idx3-ubyte and train-labels-idx1-ubyte (or t10k-…), gzipped or not`;
}

async function readPair(folder: string, { images, labels }: PairNames, like?: Pair): Promise<Pair> {
  const [imagesFile, labelsFile] = [path.join(folder, images), path.join(folder, labels)];
  const image = await readIdx(imagesFile);
  const label = await readIdx(labelsFile);
  const [count = 0, height = 0, width = 0, channels = 1] = image.dims;
  if (image.dims.length < 3 || image.dims.length > 4 || height * width * channels === 0)
    throw new Error(`${imagesFile} holds no images: its dimensions are ${image.dims.join('×')}`);
  if (label.dims.length !== 1)
    throw new Error(`${labelsFile} holds no labels: its dimensions are ${label.dims.join('×')}`);
  if (label.dims[0] !== count)
    throw new Error(`${labelsFile} has ${label.dims[0]} labels for the ${count} images of ${imagesFile}`);
  if (count === 0) throw new Error(`${imagesFile} holds no samples`);
  const shape = [height, width, channels] as const;
  if (like && like.shape.join() !== shape.join())
    throw new Error(
      `${imagesFile} has images of ${shape.join('×')}, the training images are ${like.shape.join('×')}`,
    );
  return { shape, split: { pixels: image.bytes, labels: Int32Array.from(label.bytes), count } };
}

/** Always the last samples, so that the split is the same for everyone. */
function holdOut({ shape, split }: Pair, test: number, folder: string): { train: Pixels; test: Pixels } {
  const left = split.count - test;
  if (left < 1)
    throw new Error(
      `${folder} has ${split.count} samples: holding out ${test} for testing leaves none to train on`,
    );
  const size = shape[0] * shape[1] * shape[2];
  const part = (from: number, to: number): Pixels => ({
    pixels: split.pixels.subarray(from * size, to * size),
    labels: split.labels.subarray(from, to),
    count: to - from,
  });
  return { train: part(0, left), test: part(left, split.count) };
}

const highest = (labels: Int32Array): number => labels.reduce((max, label) => Math.max(max, label), 0);
