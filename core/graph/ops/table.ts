// The op table: every operation the model graph knows. Adding an op is adding one file and one line here.
import type { OpDef } from '../op';
import { activations } from './activations';
import { attention, multiheadAttention } from './attention';
import { binaries } from './binary';
import { concat } from './concat';
import { conv1d, conv2d, conv3d } from './convolution';
import { dropout, identity } from './identity';
import { einsum } from './einsum';
import { expand, repeat, repeatInterleave } from './repeat';
import { flatten, permute, reshape } from './reshape';
import { indexings } from './indexing';
import { leaves } from './leaf';
import { kerasOps } from './keras';
import { linear } from './linear';
import { norms } from './norm';
import { pad, zeroPad2d } from './pad';
import { pools } from './pool';
import { products } from './matmul';
import { recurrents } from './recurrent';
import { reductions } from './reduction';
import { reorders } from './order';
import { resamples } from './resample';
import { selectiveScan } from './selective-scan';
import { slice } from './slice';
import { transposedConvolutions } from './transposed-convolution';

const defs: readonly OpDef[] = [
  conv1d,
  conv2d,
  conv3d,
  ...transposedConvolutions,
  linear,
  ...norms,
  ...activations,
  ...binaries,
  ...reductions,
  ...pools,
  ...products,
  attention,
  multiheadAttention,
  einsum,
  ...recurrents,
  selectiveScan,
  concat,
  slice,
  flatten,
  reshape,
  permute,
  expand,
  repeat,
  repeatInterleave,
  ...reorders,
  ...indexings,
  pad,
  zeroPad2d,
  ...resamples,
  dropout,
  identity,
  ...kerasOps,
  ...leaves,
];

export const ops: ReadonlyMap<string, OpDef> = new Map(defs.map((def) => [def.kind, def]));
