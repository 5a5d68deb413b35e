// The training code of each method that a recipe can name.
import type { Method } from './method';
import { cast } from './cast/method';
import { gpusqVit } from './gpusq-vit/method';
import { magnitude } from './magnitude/method';
import { maskSparsity } from './mask-sparsity/method';
import { networkSlimming } from './network-slimming/method';
import { nmMagnitude } from './nm-magnitude/method';
import { pst } from './pst/method';
import { rigl } from './rigl/method';
import { srSte } from './sr-ste/method';
import { yoloCompression } from './yolo-compression/method';

const all: readonly Method[] = [
  nmMagnitude,
  networkSlimming,
  maskSparsity,
  yoloCompression,
  srSte,
  cast,
  gpusqVit,
  pst,
  magnitude,
  rigl,
];

export const methods: ReadonlyMap<string, Method> = new Map(all.map((method) => [method.id, method]));
