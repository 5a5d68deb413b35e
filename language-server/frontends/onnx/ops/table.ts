// The operators that become ops of the graph. What is not here is a barrier, named as the file names it.
import type { OnnxOp } from '../context';
import { elementwise } from './elementwise';
import { layers } from './layers';
import { moves } from './moves';
import { norms } from './norms';
import { pools } from './pools';
import { recurrent } from './recurrent';

export const onnxOps: ReadonlyMap<string, OnnxOp> = new Map(
  Object.entries({ ...layers, ...elementwise, ...norms, ...pools, ...moves, ...recurrent }),
);
