// The kinds of data. Adding one is a file here, a line below, and its fields in core/recipe/data-kinds.ts.
import type { DataSpec } from '../../../core/recipe/recipe';
import { aerial } from './aerial';
import { cifar } from './cifar';
import { csv } from './csv';
import { digits } from './digits';
import { grammar } from './grammar';
import { idx } from './idx';
import { images } from './images';
import type { DataKind } from './kind';
import { movingShapes } from './moving-shapes';
import { npy } from './npy';
import { shapes } from './shapes';
import { tensors } from './tensors';
import { text } from './text';
import { yolo } from './yolo';

/** One for every kind that recipes know; the compiler holds the two together. */
export const dataKinds: { readonly [Kind in DataSpec['kind']]: DataKind<Kind> } = {
  digits,
  shapes,
  'moving-shapes': movingShapes,
  aerial,
  grammar,
  idx,
  cifar,
  images,
  npy,
  csv,
  tensors,
  text,
  yolo,
};
