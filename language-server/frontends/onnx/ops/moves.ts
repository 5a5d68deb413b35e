// Operators that move elements: reshapes, slices, joins, paddings, resizing.
import type { ValueId } from '../../../../core/graph/model-graph';
import { type Dim, isBatch, type Shape } from '../../../../core/graph/shape';
import { canonical } from '../../python/canonical';
import type { OnnxContext, OnnxOp } from '../context';
import { padEnds } from '../window';
import { plainDims } from './layers';

/** Says a flatten where it is one, so that channels stay visible through it. */
function reshaped(c: OnnxContext, shape: readonly Dim[]): ValueId {
  const [op, attrs] = canonical('reshape', { shape: plainDims(shape) }, [c.shape(0)]);
  return c.add(op, [c.x(0)], attrs);
}

const reshape: OnnxOp = (c) => {
  const x = c.shape(0);
  const wanted = c.known(1)?.data ?? c.list('shape') ?? c.written();
  if (!wanted) return undefined;
  const copies = c.number('allowzero', 0) === 0;
  return reshaped(
    c,
    wanted.map((dim, i) => (dim === 0 && copies ? (x[i] ?? 1) : dim)),
  );
};

const flatten: OnnxOp = (c) => {
  const x = c.shape(0);
  const given = c.number('axis', 1);
  const axis = given < 0 ? given + x.length : given;
  if (axis === 1 && x.length > 1) return c.add('flatten', [c.x(0)], { start: 1, end: -1 });
  const rest = axis === 0 ? x : x.slice(0, axis);
  const size = rest.reduce<number>((n, dim) => (isBatch(dim) ? NaN : n * dim), 1);
  if (Number.isNaN(size)) return undefined;
  return reshaped(c, axis === 0 ? [1, size] : [size, -1]);
};

const squeeze: OnnxOp = (c) => {
  const x = c.shape(0);
  const axes = c.either('axes', 1)?.map((axis) => (axis < 0 ? axis + x.length : axis));
  return reshaped(
    c,
    x.filter((dim, i) => (axes ? !axes.includes(i) : dim !== 1)),
  );
};

const unsqueeze: OnnxOp = (c) => {
  const x = c.shape(0);
  const axes = c.either('axes', 1);
  if (!axes) return undefined;
  const rank = x.length + axes.length;
  const added = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
  const rest = [...x];
  return reshaped(
    c,
    Array.from({ length: rank }, (_, i) => (added.has(i) ? 1 : (rest.shift() ?? 1))),
  );
};

const transpose: OnnxOp = (c) => {
  const order = c.list('perm') ?? [...c.shape(0).keys()].reverse();
  return c.add('permute', [c.x(0)], { order });
};

const split: OnnxOp = (c) => {
  const rank = c.shape(0).length;
  const given = c.number('axis', 0);
  const axis = given < 0 ? given + rank : given;
  const size = c.size(0, axis);
  const count = c.node.outputs.length;
  const equal = Math.ceil(size / count);
  const sizes =
    c.either('split', 1) ?? Array.from({ length: count }, (_, i) => Math.min(equal, size - equal * i));
  let start = 0;
  return sizes.map((length) => {
    const part = c.add('slice', [c.x(0)], { axis, start, length, step: 1 });
    start += length;
    return part;
  });
};

const slice: OnnxOp = (c) => {
  const [starts, ends] = [c.either('starts', 1), c.either('ends', 2)];
  if (!starts || !ends || (c.has(3) && !c.numbers(3)) || (c.has(4) && !c.numbers(4))) return undefined;
  const axes = c.either('axes', 3) ?? [...starts.keys()];
  const steps = c.numbers(4) ?? starts.map(() => 1);
  const x = c.shape(0);
  let y = c.x(0);
  for (const [i, given] of axes.entries()) {
    const axis = given < 0 ? given + x.length : given;
    const [size, step] = [x[axis], steps[i]!];
    if (size === undefined || step < 1) return undefined;
    if (isBatch(size)) {
      // All of the batch, or an unknown part of it.
      if (starts[i] !== 0 || ends[i]! < 2 ** 31 - 1) return undefined;
      continue;
    }
    const clamp = (at: number) => Math.min(size, Math.max(0, at < 0 ? at + size : at));
    const [start, end] = [clamp(starts[i]!), clamp(ends[i]!)];
    const length = Math.max(0, Math.ceil((end - start) / step));
    if (length !== size) y = c.add('slice', [y], { axis, start, length, step });
  }
  return y === c.x(0) ? c.add('identity', [y]) : y;
};

const pad: OnnxOp = (c) => {
  const pads = c.either('pads', 1) ?? c.list('paddings');
  const rank = c.shape(0).length;
  const axes = c.numbers(3)?.map((axis) => (axis < 0 ? axis + rank : axis)) ?? [...Array(rank).keys()];
  if (pads?.length !== 2 * axes.length) return undefined;
  const ends = (from: number) => Array.from({ length: rank }, (_, i) => pads[from + axes.indexOf(i)] ?? 0);
  const mode = { constant: 'constant', reflect: 'reflect', edge: 'replicate', wrap: 'circular' }[
    c.text('mode', 'constant')
  ];
  const given = (from: number) => ends(from).map((value, i) => (axes.includes(i) ? value : 0));
  return mode && padEnds(c, c.x(0), given(0), given(axes.length), c.single(2) ?? c.number('value', 0), mode);
};

/** Images only: batch and channels keep their size. */
const resize: OnnxOp = (c) => {
  const x = c.shape(0);
  const isUpsample = c.node.op === 'Upsample';
  const scales = isUpsample ? c.either('scales', 1) : c.numbers(2);
  const sizes = isUpsample ? undefined : c.known(3)?.data;
  const scaled = (dim: Dim, by: number): Dim => (isBatch(dim) ? dim : Math.floor(dim * by));
  const y: Shape | undefined =
    sizes && sizes.length > 0
      ? sizes
      : scales && scales.length === x.length
        ? x.map((dim, i) => scaled(dim, scales[i]!))
        : c.written();
  if (y?.length !== x.length || y[1] !== x[1]) return undefined;
  const mode = c.text('mode', 'nearest');
  const name =
    mode === 'linear'
      ? (['linear', 'bilinear', 'trilinear'][x.length - 3] ?? mode)
      : mode === 'cubic'
        ? 'bicubic'
        : mode;
  const alignCorners = c.text('coordinate_transformation_mode', '') === 'align_corners';
  return c.add('interpolate', [c.x(0)], { size: plainDims(y.slice(2)), mode: name, alignCorners });
};

const expand: OnnxOp = (c) => {
  const x = c.shape(0);
  const wanted = c.known(1)?.data ?? c.written();
  if (!wanted) return undefined;
  const rank = Math.max(x.length, wanted.length);
  const shape = Array.from({ length: rank }, (_, i): Dim => {
    const [own, other] = [x[i - rank + x.length] ?? 1, wanted[i - rank + wanted.length] ?? 1];
    return own === 1 ? other : own;
  });
  return c.add('expand', [c.x(0)], { shape: plainDims(shape) });
};

export const moves: Readonly<Record<string, OnnxOp>> = {
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Split: split,
  Slice: slice,
  Pad: pad,
  Resize: resize,
  Upsample: resize,
  Expand: expand,
  Concat(c) {
    const xs = c.node.inputs.map((_, i) => c.x(i));
    const axis = c.number('axis', 0);
    return c.add('concat', xs, { axis: axis < 0 ? axis + c.shape(0).length : axis });
  },
  Tile(c) {
    const counts = c.numbers(1);
    return counts && c.add('repeat', [c.x(0)], { counts });
  },
  GatherElements: (c) => c.add('gather', [c.x(0), c.x(1)], { axis: c.number('axis', 0) }),
  DepthToSpace: (c) =>
    c.text('mode', 'DCR') === 'CRD'
      ? c.add('pixelShuffle', [c.x(0)], { factor: c.number('blocksize', 1) })
      : undefined,
  // Values are put into the first input, whose shape stays.
  ScatterND: (c) => c.add('index', [c.x(0)], { shape: plainDims(c.shape(0)) }),
  ScatterElements: (c) => c.add('index', [c.x(0)], { shape: plainDims(c.shape(0)) }),
  Einsum: (c) =>
    c.add(
      'einsum',
      c.node.inputs.map((_, i) => c.x(i)),
      { equation: c.text('equation', '') },
    ),
  ConstantOfShape(c) {
    const shape = c.known(0)?.data;
    if (!shape || shape.some(isBatch)) return undefined;
    return c.add('constant', [], { shape: plainDims(shape), dtype: 'float32' });
  },
};
