// The op table and the executor's kernels: what can be traced, and what of it can be computed.
import { expect, it } from 'vitest';
import { ops } from '../../../core/graph/ops/table';
import { kernels } from '../../../training/executor/kernels/table';

/** Ops that can be traced but not yet trained. Writing a kernel shortens this list. */
const withoutKernel = `
  abs adaptiveAvgPool1d adaptiveAvgPool3d adaptiveMaxPool1d adaptiveMaxPool2d adaptiveMaxPool3d all any argmax
  argmin atan2 attention avgPool1d avgPool3d bilinear ceil celu clamp constant conv1d conv3d convTranspose1d
  convTranspose2d convTranspose3d cos cumprod cumsum einsum einsumDense embedding eq erf exp expand expm1 flip floor
  floorDivide fold gather ge groupNorm gru gt hardshrink index indexSelect instanceNorm interpolate isnan le
  localResponseNorm log log10 log1p log2 logSigmoid logicalAnd logicalNot logicalOr logicalXor logsumexp lstm lt
  max maxPool1d maxPool3d maximum median min minimum multiheadAttention ne norm normalize pad parameter
  pixelShuffle pixelUnshuffle pow powTensor prelu preluChannels prod reciprocal recurrentCell remainder repeat repeatInterleave rmsNorm rnn
  roll round rsqrt selu sign sin slice softshrink softsign sort sqrt std sum tan tanhshrink threshold topk
  unfold var where
`
  .split(/\s+/)
  .filter(Boolean);

it('has kernels for ops of the op table alone', () => {
  expect([...kernels.keys()].filter((kind) => !ops.has(kind))).toEqual([]);
});

it('lacks a kernel for exactly these ops', () => {
  expect([...ops.keys()].filter((kind) => !kernels.has(kind)).sort()).toEqual(withoutKernel.sort());
});
