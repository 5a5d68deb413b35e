// Rewrites what people write into the op that says it best, so that channels stay visible through it.
import type { Attrs } from '../../../core/graph/model-graph';
import { type Dim, isBatch, sameDim, type Shape } from '../../../core/graph/shape';
import { ops } from '../../../core/graph/ops/table';

/** `x.view(x.size(0), -1)`, `x.reshape(-1, 400)`, `x.squeeze()` after global pooling: all are a flatten from axis 1. */
export function canonical(op: string, attrs: Attrs, inputs: readonly Shape[]): [string, Attrs] {
  const [x] = inputs;
  if (op !== 'reshape' || !x || x.length < 2) return [op, attrs];
  const [y] = ops.get('reshape')!.shape(inputs, attrs, { layout: 'NCHW' });
  if (y?.length !== 2 || !sameDim(x[0]!, y[0]!)) return [op, attrs];
  return sameDim(product(x.slice(1)), y[1]!) ? ['flatten', { start: 1, end: -1 }] : [op, attrs];
}

const product = (dims: Shape): Dim => dims.reduce<number>((n, dim) => (isBatch(dim) ? NaN : n * dim), 1);
