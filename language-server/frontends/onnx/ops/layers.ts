// Operators with weights: convolutions, matrix products, look-ups in tables.
import type { AxisRole } from '../../../../core/graph/model-graph';
import { isBatch } from '../../../../core/graph/shape';
import type { OnnxContext, OnnxOp, Role, Weight } from '../context';
import { padded, windowOf } from '../window';

const spatial: readonly (readonly AxisRole[])[] = [
  [],
  ['width'],
  ['height', 'width'],
  ['depth', 'height', 'width'],
];

const conv: OnnxOp = (c) => {
  const weight = c.weight(1);
  const rank = c.shape(0).length - 2;
  if (!weight || weight.dims.length !== rank + 2 || !spatial[rank] || rank < 1) return undefined;
  const [outChannels = 0, inputs = 0, ...kernel] = weight.dims;
  const groups = c.number('group', 1);
  const { x, window } = padded(c, windowOf(c, kernel), 0);
  const bias = vectorOf(c, 2, outChannels);
  return c.add(
    `conv${rank}d`,
    [x],
    { inChannels: inputs * groups, outChannels, ...window, groups, bias: bias !== undefined },
    { weight: { weight, axes: ['out', 'in', ...spatial[rank]] }, ...(bias ? { bias } : {}) },
  );
};

const convTranspose: OnnxOp = (c) => {
  const weight = c.weight(1);
  const rank = c.shape(0).length - 2;
  if (!weight || weight.dims.length !== rank + 2 || !spatial[rank] || rank < 1) return undefined;
  const [inChannels = 0, outputs = 0, ...kernel] = weight.dims;
  const groups = c.number('group', 1);
  const { pads, ...window } = windowOf(c, kernel);
  // Only padding that is the same at both ends can be said in PyTorch's terms.
  if (typeof pads === 'string' || pads.some((pad, i) => pad !== pads[(i + rank) % (2 * rank)]))
    return undefined;
  const bias = vectorOf(c, 2, outputs * groups);
  const outputPadding = c.list('output_padding') ?? kernel.map(() => 0);
  const attrs = { inChannels, outChannels: outputs * groups, ...window, padding: pads.slice(0, rank) };
  return c.add(
    `convTranspose${rank}d`,
    [c.x(0)],
    { ...attrs, outputPadding, groups, bias: bias !== undefined },
    { weight: { weight, axes: ['in', 'out', ...spatial[rank]] }, ...(bias ? { bias } : {}) },
  );
};

/** A vector of the file of this length, as a bias or scale. */
function vectorOf(c: OnnxContext, index: number, length: number): Role | undefined {
  const weight = c.weight(index);
  return weight?.dims.length === 1 && weight.dims[0] === length ? { weight, axes: ['out'] } : undefined;
}

/** @param outFirst the weight is out × in */
function linear(c: OnnxContext, weight: Weight, outFirst: boolean): ReturnType<OnnxOp> {
  const [a = 0, b = 0] = weight.dims;
  const [outFeatures, inFeatures] = outFirst ? [a, b] : [b, a];
  const bias = vectorOf(c, 2, outFeatures);
  const roles = {
    weight: { weight, axes: outFirst ? (['out', 'in'] as const) : (['in', 'out'] as const) },
    ...(bias ? { bias } : {}),
  };
  const y = c.add('linear', [c.x(0)], { inFeatures, outFeatures, bias: bias !== undefined }, roles);
  return bias || !c.has(2) ? y : c.add('add', [y, c.x(2)]);
}

const gemm: OnnxOp = (c) => {
  const weight = c.weight(1);
  if (c.number('transA', 0) !== 0) return undefined;
  const transposed = c.number('transB', 0) !== 0;
  if (weight?.dims.length === 2 && c.isComputed(0)) return linear(c, weight, transposed);
  const b = transposed ? c.add('permute', [c.x(1)], { order: [1, 0] }) : c.x(1);
  const y = c.add('matmul', [c.x(0), b]);
  return c.has(2) ? c.add('add', [y, c.x(2)]) : y;
};

const matmul: OnnxOp = (c) => {
  const weight = c.weight(1);
  if (weight?.dims.length === 2 && c.isComputed(0)) return linear(c, weight, false);
  const y = c.add('matmul', [c.x(0), c.x(1)]);
  return c.has(2) ? c.add('add', [y, c.x(2)]) : y;
};

/** Rows of a table of the file are embeddings; known positions are picked; others make an index. */
const gather: OnnxOp = (c) => {
  const table = c.weight(0);
  const axis = c.number('axis', 0);
  if (table?.dims.length === 2 && axis === 0 && c.isComputed(1)) {
    const [count = 0, features = 0] = table.dims;
    return c.add(
      'embedding',
      [c.x(1)],
      { count, features },
      { weight: { weight: table, axes: ['other', 'out'] } },
    );
  }
  const x = c.shape(0);
  const at = axis < 0 ? axis + x.length : axis;
  const positions = c.numbers(1);
  const size = x[at];
  if (positions && size !== undefined && !isBatch(size)) {
    const [first = 0] = positions;
    if (c.known(1)!.dims.length === 0) {
      const start = first < 0 ? first + size : first;
      const one = c.add('slice', [c.x(0)], { axis: at, start, length: 1, step: 1 });
      return c.add('reshape', [one], { shape: plainDims([...x.slice(0, at), ...x.slice(at + 1)]) });
    }
    if (c.known(1)!.dims.length === 1)
      return c.add('indexSelect', [c.x(0)], { axis: at, count: positions.length });
  }
  const shape = [...x.slice(0, at), ...(c.known(1)?.dims ?? c.shape(1)), ...x.slice(at + 1)];
  const inputs = [c.x(0), ...(c.isComputed(1) ? [c.x(1)] : [])];
  return c.add('index', inputs, { shape: plainDims(shape), axis: at });
};

/** Sizes as attributes carry them. */
export const plainDims = (dims: readonly (number | { readonly batch: number })[]) =>
  dims.map((dim) => (isBatch(dim) ? { batch: dim.batch } : dim));

export const layers: Readonly<Record<string, OnnxOp>> = {
  Conv: conv,
  ConvTranspose: convTranspose,
  Gemm: gemm,
  MatMul: matmul,
  Gather: gather,
};
