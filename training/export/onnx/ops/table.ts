// The ops that ONNX export knows: the same keys as the op table, which a test holds it to.
import type { OnnxOp } from '../op';
import { activations } from './activations';
import { attentions } from './attention';
import { binaries } from './binary';
import { convolutions } from './convolution';
import { functions } from './functions';
import { indexings } from './indexing';
import { leaves } from './leaf';
import { linears } from './linear';
import { norms } from './norm';
import { pads } from './pad';
import { pools } from './pool';
import { recurrents } from './recurrent';
import { reductions } from './reduction';
import { reorders } from './reorder';
import { repeats } from './repeat';
import { resamples } from './resample';
import { moves } from './reshape';
import { scans } from './selective-scan';
import { slices } from './slice';

export const onnxOps: ReadonlyMap<string, OnnxOp> = new Map(
  Object.entries({
    ...activations,
    ...functions,
    ...binaries,
    ...convolutions,
    ...linears,
    ...attentions,
    ...norms,
    ...pools,
    ...reductions,
    ...recurrents,
    ...scans,
    ...indexings,
    ...leaves,
    ...moves,
    ...slices,
    ...pads,
    ...repeats,
    ...reorders,
    ...resamples,
  }),
);
