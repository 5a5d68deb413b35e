// Scaled dot-product attention in the products and softmax that runtimes fuse; alone and as PyTorch's multi-head layer.
import type { DType } from '../../../../core/graph/model-graph';
import { isBatch, type Shape } from '../../../../core/graph/shape';
import { longs, type OnnxOp, type OpContext, plain } from '../op';

/** Far below any score, yet finite: rows that may look nowhere stay numbers. */
const hidden = -1e30;

interface Attended {
  readonly q: string;
  readonly k: string;
  readonly v: string;
  readonly rank: number;
  readonly width: number;
  /** Positions of queries and of keys, for a causal mask. */
  readonly lengths: Shape;
  readonly mask?: { readonly name: string; readonly type: DType } | undefined;
}

function attend(c: OpContext, { q, k, v, rank, width, lengths, mask }: Attended): string {
  const order = Array.from({ length: rank }, (_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i));
  const keys = c.emit('Transpose', [k], { perm: { ints: order } });
  const scale = Number(c.attrs['scale'] ?? 1 / Math.sqrt(width));
  let scores = c.emit('MatMul', [c.emit('Mul', [q, c.scalar(scale)]), keys]);
  if (c.attrs['causal'] === true) {
    const all = c.emit('Expand', [c.scalar(hidden), c.shape(lengths)]);
    const above = c.emit('Trilu', [all, c.constant({ shape: [], data: BigInt64Array.of(1n) })]);
    scores = c.emit('Add', [scores, above]);
  }
  if (mask?.type === 'bool') scores = c.emit('Where', [mask.name, scores, c.scalar(hidden)]);
  else if (mask) scores = c.emit('Add', [scores, c.cast(mask.name, mask.type, 'float32')]);
  return c.emit('MatMul', [c.emit('Softmax', [scores], { axis: { int: rank - 1 } }), v]);
}

const attention: OnnxOp = (c) => {
  const [q, k] = [c.inputShape(0), c.inputShape(1)];
  const groups = Number(c.attrs['groups'] ?? 1);
  const heads = k.at(-3);
  // Each head of keys and values serves `groups` heads of queries: h0 h0 h1 h1 …
  const spread = (index: number) => {
    const x = c.input(index, 'plain');
    if (groups === 1) return x;
    if (heads === undefined || isBatch(heads)) return c.refuse('its heads lie on the batch dimension');
    const picked = Array.from({ length: heads * groups }, (_, i) => Math.floor(i / groups));
    const axis = { axis: { int: c.inputShape(index).length - 3 } };
    return c.emit('Gather', [x, c.constant(longs(picked))], axis);
  };
  const width = q.at(-1)!;
  if (isBatch(width)) return c.refuse('its width is the batch size');
  const ranks = [0, 1, 2].map((index) => c.inputShape(index).length);
  const [rank] = ranks;
  if (ranks.some((other) => other !== rank)) return c.refuse('its inputs are of different ranks');
  const mask = c.inputCount > 3 ? { name: c.input(3, 'plain'), type: c.inputType(3) } : undefined;
  const lengths = [q.at(-2)!, k.at(-2)!];
  const y = attend(c, {
    q: c.input(0, 'plain'),
    k: spread(1),
    v: spread(2),
    ...{ rank: rank!, width, lengths, mask },
  });
  return plain(y);
};

/** Projects, attends head by head, and puts the heads side by side. The projection of the output is a linear of its own. */
const multiheadAttention: OnnxOp = (c) => {
  if (c.attrs['biasKv'] === true) return c.refuse('learned keys and values (add_bias_kv) are not written');
  const [embed, heads] = [Number(c.attrs['embed']), Number(c.attrs['heads'])];
  const width = embed / heads;
  const shapes = [0, 1, 2].map((index) => c.inputShape(index));
  const flat = shapes[0]!.length === 2;
  const batchFirst = flat || c.attrs['batchFirst'] === true;
  const packed = c.has('in_proj_weight');
  const weights = packed
    ? c.emitAll('Split', [c.param('in_proj_weight')], 3, { axis: { int: 0 } })
    : ['q', 'k', 'v'].map((name) => c.param(`${name}_proj_weight`));
  const biases = c.has('in_proj_bias')
    ? c.emitAll('Split', [c.param('in_proj_bias')], 3, { axis: { int: 0 } })
    : undefined;
  const split = shapes.map((shape, i) => {
    const matrix = c.emit('Transpose', [weights[i]!], { perm: { ints: [1, 0] } });
    const product = c.emit('MatMul', [c.input(i, 'plain'), matrix]);
    const made = biases ? c.emit('Add', [product, biases[i]!]) : product;
    // Into heads, and batch × heads × length × width.
    const dims = flat ? [1, shape[0]!, heads, width] : [shape[0]!, shape[1]!, heads, width];
    const apart = c.emit('Reshape', [made, c.shape(dims)]);
    return c.emit('Transpose', [apart], { perm: { ints: batchFirst ? [0, 2, 1, 3] : [1, 2, 0, 3] } });
  });
  const time = flat || !batchFirst ? 0 : 1;
  const lengths = [shapes[0]![time]!, shapes[1]![time]!];
  const y = attend(c, {
    ...{ q: split[0]!, k: split[1]!, v: split[2]! },
    ...{ rank: 4, width, lengths, mask: c.inputCount > 3 ? headMask(c, heads) : undefined },
  });
  const together = c.emit('Transpose', [y], { perm: { ints: batchFirst ? [0, 2, 1, 3] : [2, 0, 1, 3] } });
  return plain(c.emit('Reshape', [together, c.shape(c.outputShape())]));
};

/** length × keys, batch·heads × length × keys, or whatever broadcasts already. */
function headMask(c: OpContext, heads: number) {
  const [shape, type] = [c.inputShape(3), c.inputType(3)];
  const name = c.input(3, 'plain');
  if (shape.length !== 3) return { name, type };
  const [first, length, keys] = shape as [Shape[number], Shape[number], Shape[number]];
  const whole = isBatch(first) && first.batch === heads;
  return {
    name: c.emit('Reshape', [name, c.shape([whole ? { batch: 1 } : first, whole ? heads : 1, length, keys])]),
    type,
  };
}

export const attentions = { attention, multiheadAttention };
