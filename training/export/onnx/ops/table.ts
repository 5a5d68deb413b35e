// The ops that ONNX export knows: the same keys as the op table, which a test holds it to.
import type { OnnxOp } from '../op';
import { activations } from './activations';
import { binaries } from './binary';
import { convolution } from './convolution';
import { linears } from './linear';
import { norms } from './norm';
import { pools } from './pool';
import { moves } from './reshape';

export const onnxOps: ReadonlyMap<string, OnnxOp> = new Map(
  Object.entries({ ...activations, ...binaries, ...convolution, ...linears, ...norms, ...pools, ...moves }),
);
