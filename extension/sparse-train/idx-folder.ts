// Whether a folder holds IDX files: a look at names, so that a wrong folder is told before a run begins.

const images = /^(.*?)[-.]?images[-.]idx3[-.]ubyte(\.gz)?$/;
const labels = /^(.*?)[-.]?labels[-.]idx1[-.]ubyte(\.gz)?$/;

/** One line of what is missing, or undefined. */
export function idxProblem(names: readonly string[]): string | undefined {
  const stems = (pattern: RegExp) => new Set(names.flatMap((name) => pattern.exec(name)?.[1] ?? []));
  const withLabels = stems(labels);
  const pairs = [...stems(images)].filter((stem) => withLabels.has(stem));
  if (pairs.length > 0) return undefined;
  return 'no pair of IDX files there: names like train-images-idx3-ubyte and train-labels-idx1-ubyte, .gz or not';
}
