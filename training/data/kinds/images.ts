// Folders of images, one a class: split already into train and test (or val), or held out here.
import path from 'node:path';
import { augmentationOf } from '../augment';
import type { Dataset, Skipped } from '../dataset';
import { listFolder } from '../files';
import { fingerprintOf } from '../fingerprint';
import { holdOut } from '../hold-out';
import { type Decode, FileSplit, type ImageFile } from '../image-files';
import { imageWorkers } from '../image-workers';
import { imagenet, type Normalisation } from '../pixel-split';
import type { DataKind, Place } from './kind';

const extensions = /\.(png|jpe?g)$/i;
const trainNames = ['train', 'training'];
const testNames = ['test', 'val', 'valid', 'validation'];

export const normalisations: Readonly<Record<string, Normalisation>> = {
  imagenet,
  half: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  none: { mean: [0], std: [1] },
};

export const images: DataKind<'images'> = {
  id: 'images',
  async load(spec, place): Promise<Dataset> {
    const folder = path.resolve(place.baseFolder, spec.folder);
    const shape = sizeOf(place, folder);
    const parts = await splitFolders(folder);
    const names = await classNames(parts.train);
    const found = await collect(parts.train, names);
    if (parts.test) await requireSameClasses(parts.test, names);
    const held = parts.test ? await collect(parts.test, names) : undefined;
    const skipped: Skipped[] = [...found.skipped, ...(held?.skipped ?? [])];
    if (found.files.length === 0 || held?.files.length === 0) throw new Error(nothingLeft(folder, skipped));
    const { train, test } = held
      ? { train: found.files, test: held.files }
      : divided(found.files, spec.test, folder);
    const normalisation = normalisations[spec.normalise]!;
    const decode = decoderOf(place);
    const name = `images in ${path.basename(folder)} (${train.length} + ${test.length}, ${names.length} classes)`;
    return {
      name: skipped.length > 0 ? `${name}, ${skipped.length} left out` : name,
      kind: 'images',
      inputs: [{ shape, dtype: 'float32' }],
      targets: { kind: 'classes', classes: names.length, names },
      train: new FileSplit(train, shape, normalisation, skipped, decode, augmentationOf(spec)),
      test: new FileSplit(test, shape, normalisation, skipped, decode),
      hash: fingerprintOf(
        [...train, ...test].map(
          ({ file, label, stamp }) => `${path.relative(folder, file)} ${label} ${stamp}\n`,
        ),
      ),
      skipped,
    };
  },
};

function decoderOf({ distDir }: Place): Decode | undefined {
  return distDir === undefined ? undefined : (file, shape) => imageWorkers(distDir).decode(file, shape);
}

function sizeOf({ wanted: [input] }: Place, folder: string): [number, number, number] {
  const [height, width, channels] = input?.shape ?? [];
  if (input?.shape.length === 3 && (channels === 3 || channels === 1)) return [height!, width!, channels];
  const takes = input ? input.shape.join('×') : 'no input';
  throw new Error(
    `the model takes ${takes}, so the images in ${folder} cannot be its input: it needs height × width × 3`,
  );
}

async function splitFolders(folder: string): Promise<{ train: string; test?: string }> {
  const folders = (await listFolder(folder)).filter((entry) => entry.isFolder).map(({ name }) => name);
  const find = (names: readonly string[]) => folders.find((name) => names.includes(name.toLowerCase()));
  const [train, test] = [find(trainNames), find(testNames)];
  if (!train) return { train: folder };
  const within = path.join(folder, train);
  return test ? { train: within, test: path.join(folder, test) } : { train: within };
}

async function classNames(folder: string): Promise<string[]> {
  const names = (await listFolder(folder)).filter((entry) => entry.isFolder).map(({ name }) => name);
  if (names.length >= 2) return names;
  throw new Error(`${folder} needs a folder of images for each class, two at least; it has ${names.length}`);
}

/** A class that only the test folder has would be numbered by no training sample. */
async function requireSameClasses(folder: string, names: readonly string[]): Promise<void> {
  const held = await classNames(folder);
  const [alone, missing] = [held.find((n) => !names.includes(n)), names.find((n) => !held.includes(n))];
  if (alone !== undefined || missing !== undefined)
    throw new Error(
      `${folder} has ${alone === undefined ? `no folder ${missing}` : `a folder ${alone}`}, unlike the training images; both need the same classes`,
    );
}

async function collect(
  folder: string,
  names: readonly string[],
): Promise<{ files: ImageFile[]; skipped: Skipped[] }> {
  const [files, skipped]: [ImageFile[], Skipped[]] = [[], []];
  for (const [label, name] of names.entries()) {
    const entries = await listFolder(path.join(folder, name));
    for (const entry of entries.filter((e) => !e.isFolder && extensions.test(e.name))) {
      const file = path.join(folder, name, entry.name);
      const looked = await FileSplit.look(file, label);
      if ('why' in looked) skipped.push({ name: path.join(name, entry.name), why: looked.why });
      else files.push(looked);
    }
  }
  return { files, skipped };
}

function divided(files: readonly ImageFile[], share: number, folder: string) {
  const { train, test } = holdOut(files.length, Math.round(files.length * share), folder);
  const at = (index: number) => files[index]!;
  return { train: [...train].map(at), test: [...test].map(at) };
}

function nothingLeft(folder: string, [first, ...rest]: readonly Skipped[]): string {
  const why = first ? `; ${rest.length + 1} could not be read, ${first.name} first: ${first.why}` : '';
  return `${folder} holds no PNG or JPEG images to train and test on${why}`;
}
