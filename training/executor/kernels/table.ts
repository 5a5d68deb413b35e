// One kernel for every op of the op table; a test holds the two tables together.
import type { Kernel } from '../kernel';
import { activations } from './activations';
import { attention, multiheadAttention } from './attention';
import { binaries } from './binary';
import { columns } from './columns';
import { concat, slice } from './concat';
import { conv1d, conv2d, conv3d } from './convolution';
import { einsum } from './einsum';
import { dropout, identity } from './identity';
import { indexings } from './indexing';
import { kerasKernels } from './keras';
import { leaves } from './leaf';
import { bilinear, linear } from './linear';
import { matmul } from './matmul';
import { norms } from './norm';
import { pad, zeroPad2d } from './pad';
import { pools } from './pool';
import { recurrents } from './recurrent';
import { reductionKernels } from './reduction';
import { reorders } from './reorder';
import { expand, repeat, repeatInterleave } from './repeat';
import { resamples } from './resample';
import { flatten, permute, reshape } from './reshape';
import { selectiveScan } from './selective-scan';
import { transposedConvolutions } from './transposed-convolution';

const all: readonly Kernel[] = [
  conv1d,
  conv2d,
  conv3d,
  ...transposedConvolutions,
  linear,
  bilinear,
  ...norms,
  ...activations,
  ...binaries,
  ...reductionKernels,
  ...pools,
  matmul,
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
  ...columns,
  dropout,
  identity,
  ...kerasKernels,
  ...leaves,
];

export const kernels: ReadonlyMap<string, Kernel> = new Map(all.map((kernel) => [kernel.op, kernel]));
