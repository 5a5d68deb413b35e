// Which of a file's scales are meant: the one that the file's name or a comment says, or else all of them.
import path from 'node:path';
import type { ModelFile, Scale } from './model-file';

export interface ScaledModel {
  readonly name: string;
  readonly scale: Scale | undefined;
}

/** `yolov8`, `n`, `-seg` of `yolov8n-seg`. */
const family = /^(.*?yolo[a-z]?\d+)([a-z])?(?![a-z\d])(.*)$/i;

/** @param said the scale that a comment names */
export function scaledModels(file: string, { scales }: ModelFile, said: string | undefined): ScaledModel[] {
  const stem = path.basename(file).replace(/\.ya?ml$/i, '');
  if (scales.length === 0) return [{ name: stem, scale: undefined }];
  const [, base = stem, letter, rest = ''] = family.exec(stem) ?? [];
  const wanted = said ?? letter;
  const chosen = scales.find(({ name }) => name === wanted);
  if (chosen)
    return [{ name: letter === undefined ? named(stem, base, chosen.name, rest) : stem, scale: chosen }];
  return scales.map((scale) => ({ name: named(stem, base, scale.name, rest), scale }));
}

/** The scale's letter stands behind the version: yolov8s-seg. Other names get it at the end. */
const named = (stem: string, base: string, scale: string, rest: string): string =>
  base === stem && !/\d$/.test(base) ? `${stem}-${scale}` : `${base}${scale}${rest}`;
