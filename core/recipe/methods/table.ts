// The methods a recipe can name. Adding one is adding a file here and a folder in training/methods/.
import type { MethodSpec } from './method-spec';
import { cast } from './cast';
import { gpusqVit } from './gpusq-vit';
import { magnitude } from './magnitude';
import { maskSparsity } from './mask-sparsity';
import { networkSlimming } from './network-slimming';
import { nmMagnitude } from './nm-magnitude';
import { pst } from './pst';
import { rigl } from './rigl';
import { srSte } from './sr-ste';
import { yoloCompression } from './yolo-compression';

const specs: readonly MethodSpec[] = [
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

export const methods: ReadonlyMap<string, MethodSpec> = new Map(specs.map((spec) => [spec.id, spec]));
