// What kind of data lies in a folder or file that people picked: a look at names, so that a wrong one is told at once.

export interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** A kind of data, or one line of what is missing. */
export type Recognised = { readonly kind: string } | { readonly problem: string };

export function recogniseFolder(entries: readonly Entry[]): Recognised {
  const files = entries.filter(({ isFolder }) => !isFolder).map(({ name }) => name);
  const folders = entries
    .filter(({ isFolder, name }) => isFolder && !name.startsWith('.'))
    .map(({ name }) => name);
  if (hasIdxPair(files)) return { kind: 'idx' };
  if (files.some((name) => /^(data_batch_\d+|train)\.bin$/.test(name))) return { kind: 'cifar' };
  if (folders.includes('images') && folders.includes('labels')) return { kind: 'yolo' };
  if (folders.length >= 2 || folders.some((name) => /^train/i.test(name))) return { kind: 'images' };
  return {
    problem:
      'no data that is known: a folder of images for each class, images/ beside labels/, ' +
      "MNIST's IDX files (train-images-idx3-ubyte …) or CIFAR's binary ones (data_batch_1.bin …)",
  };
}

const endings: Readonly<Record<string, string>> = {
  npz: 'npy',
  csv: 'csv',
  txt: 'text',
  safetensors: 'tensors',
};

export function recogniseFile(name: string): Recognised {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  const kind = endings[ending];
  return kind
    ? { kind }
    : { problem: `.${ending} files are no data that is known: .npz, .csv, .txt and .safetensors are` };
}

/** The endings for the file dialog. */
export const dataEndings: readonly string[] = Object.keys(endings);

const images = /^(.*?)[-.]?images[-.]idx3[-.]ubyte(\.gz)?$/;
const labels = /^(.*?)[-.]?labels[-.]idx1[-.]ubyte(\.gz)?$/;

function hasIdxPair(names: readonly string[]): boolean {
  const stems = (pattern: RegExp) => new Set(names.flatMap((name) => pattern.exec(name)?.[1] ?? []));
  const withLabels = stems(labels);
  return [...stems(images)].some((stem) => withLabels.has(stem));
}
