// `convnet.py` → `convnet-2.py`; endings of two parts stay whole.

/** The first keeps its name. */
export function numbered(file: string, n: number): string {
  if (n === 1) return file;
  const ending = /(\.espalier\.ya?ml|\.[^./]+)$/.exec(file)?.[0] ?? '';
  return `${file.slice(0, file.length - ending.length)}-${n}${ending}`;
}
