// Folds the subgraphs in which exporters compute shapes: Shape → Gather → Concat and the like become plain numbers.
import type { Dim } from '../../../core/graph/shape';
import {
  combine,
  folds,
  type Known,
  knownTensor,
  numbers,
  pick,
  scalar,
  single,
  turn,
  vector,
} from './known';
import type { OnnxNode } from '../../../core/formats/onnx/model';

/** Beyond this a tensor is data, not a shape. */
const mostValues = 1024;

type Fold = (node: OnnxNode, inputs: readonly (Known | undefined)[]) => Known | undefined;

/** The value of a node all of whose inputs are known; undefined where it cannot be told. */
export function fold(node: OnnxNode, inputs: readonly (Known | undefined)[]): Known | undefined {
  if (node.domain !== '') return undefined;
  const [a, b] = inputs;
  if (folds(node.op)) return a && b && inputs.length === 2 ? combine(a, b, node.op) : undefined;
  const rule = Object.hasOwn(rules, node.op) ? rules[node.op] : undefined;
  const known = rule?.(node, inputs);
  return known && known.data.length <= mostValues ? known : undefined;
}

const attribute = ({ attrs }: OnnxNode, key: string, fallback: number): number => {
  const value = attrs.get(key);
  return typeof value === 'number' ? value : fallback;
};

const unary =
  (op: (value: number) => number): Fold =>
  (_, [x]) => {
    const values = numbers(x);
    return x && values && { dims: x.dims, data: values.map(op) };
  };

const keep: Fold = (_, [x]) => x;
/** Axes of a node, as attribute or second input, counted from the front of a tensor of this rank. */
function axesOf({ attrs }: OnnxNode, given: Known | undefined, rank: number): number[] | undefined {
  const axes = (attrs.get('axes') as readonly number[] | undefined) ?? numbers(given);
  return axes?.map((axis) => (axis < 0 ? axis + rank : axis));
}

/** Python's slice with a step, backwards too. */
function stepped(list: readonly number[], start: number, end: number, step: number): number[] {
  const size = list.length;
  const clamp = (at: number) =>
    Math.min(step > 0 ? size : size - 1, Math.max(step > 0 ? 0 : -1, at < 0 ? at + size : at));
  const [from, to] = [clamp(start), clamp(end)];
  const count = Math.max(0, Math.ceil((to - from) / step));
  return Array.from({ length: count }, (_, i) => list[from + i * step]!);
}

const rules: Readonly<Record<string, Fold>> = {
  Constant({ attrs }) {
    for (const key of ['value', 'value_int', 'value_float', 'value_ints', 'value_floats']) {
      const value = attrs.get(key);
      if (typeof value === 'number') return scalar(value);
      if (Array.isArray(value)) return vector(value as number[]);
      if (typeof value === 'object' && 'dims' in value) return knownTensor(value);
    }
    return undefined;
  },
  Identity: keep,
  Cast: keep,

  Squeeze(node, [x, given]) {
    const axes = x && axesOf(node, given, x.dims.length);
    return x && { ...x, dims: x.dims.filter((dim, i) => (axes ? !axes.includes(i) : dim !== 1)) };
  },

  Unsqueeze(node, [x, given]) {
    const wanted = axesOf(node, given, 0);
    const axes = x && wanted && axesOf(node, given, x.dims.length + wanted.length);
    if (!axes) return undefined;
    const rest = [...x.dims];
    return {
      ...x,
      dims: Array.from({ length: rest.length + axes.length }, (_, i) =>
        axes.includes(i) ? 1 : rest.shift()!,
      ),
    };
  },

  Transpose({ attrs }, [x]) {
    const order =
      (attrs.get('perm') as readonly number[] | undefined) ?? [...(x?.dims.keys() ?? [])].reverse();
    return x && new Set(order).size === x.dims.length && order.every((axis) => x.dims[axis] !== undefined)
      ? turn(x, order)
      : undefined;
  },

  Neg: unary((value) => -value),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Sqrt: unary(Math.sqrt),
  Not: unary((value) => Number(value === 0)),

  Gather(node, [x, index]) {
    const at = numbers(index);
    if (!x || !index || !at || x.dims.length !== 1 || attribute(node, 'axis', 0) !== 0) return undefined;
    const data = at.map((i) => x.data[i < 0 ? i + x.data.length : i]);
    return data.every((value) => value !== undefined) ? { dims: index.dims, data } : undefined;
  },

  Concat(_, inputs) {
    const data: Dim[] = [];
    for (const known of inputs) {
      if (!known || known.dims.length !== 1) return undefined;
      data.push(...known.data);
      if (data.length > mostValues) return undefined;
    }
    return vector(data);
  },

  Slice({ attrs }, [x, ...given]) {
    const [starts, ends, axes, steps] = ['starts', 'ends', 'axes', 'steps'].map(
      (key, i) => (attrs.get(key) as readonly number[] | undefined) ?? numbers(given[i]),
    );
    if (!x || !starts || !ends) return undefined;
    const positions = x.dims.map((dim) => Array.from({ length: dim }, (_, i) => i));
    for (const [i, start] of starts.entries()) {
      const axis = axes?.[i] ?? i;
      const at = axis < 0 ? axis + x.dims.length : axis;
      const list = positions[at];
      const step = steps?.[i] ?? 1;
      if (!list || ends[i] === undefined || step === 0) return undefined;
      positions[at] = step === 1 ? list.slice(start, ends[i]) : stepped(list, start, ends[i], step);
    }
    return pick(x, positions);
  },

  Reshape(_, [x, shape]) {
    const dims = numbers(shape);
    if (!x || !dims) return undefined;
    const rest = dims.reduce((n, dim) => (dim > 0 ? n * dim : n), 1);
    const open = dims.map((dim) => (dim === -1 ? x.data.length / rest : dim));
    return open.every((dim) => Number.isInteger(dim) && dim > 0) ? { dims: open, data: x.data } : undefined;
  },

  ConstantOfShape(node, [shape]) {
    const dims = numbers(shape);
    const count = dims?.reduce((n, dim) => n * dim, 1) ?? Infinity;
    if (!dims || count > mostValues) return undefined;
    const value = node.attrs.get('value');
    const fill = typeof value === 'object' && 'dims' in value ? (value.values?.[0] ?? 0) : 0;
    return { dims, data: Array.from({ length: count }, () => fill) };
  },

  Range(_, [start, limit, delta]) {
    const [from, to, by] = [single(start), single(limit), single(delta)];
    if (from === undefined || to === undefined || by === undefined || by === 0) return undefined;
    const count = Math.max(0, Math.ceil((to - from) / by));
    if (count > mostValues) return undefined;
    return vector(Array.from({ length: count }, (_each, i) => from + i * by));
  },

  ReduceProd(node, [x]) {
    const values = numbers(x);
    const product = values?.reduce((n, value) => n * value, 1);
    if (product === undefined || !Number.isFinite(product)) return undefined;
    return attribute(node, 'keepdims', 1) === 1
      ? { dims: x!.dims.map(() => 1), data: [product] }
      : scalar(product);
  },

  Where(_, [condition, a, b]) {
    const flags = numbers(condition);
    if (!flags || !a || !b) return undefined;
    const at = ({ data }: Known, i: number) => data[data.length === 1 ? 0 : i];
    const data = flags.map((flag, i) => at(flag === 0 ? b : a, i));
    return data.every((value) => value !== undefined) ? { dims: condition!.dims, data } : undefined;
  },

  Expand(_, [x, shape]) {
    const dims = numbers(shape);
    const count = dims?.reduce((n, dim) => n * dim, 1) ?? Infinity;
    if (!x || !dims || x.data.length !== 1 || count > mostValues) return undefined;
    return { dims, data: Array.from({ length: count }, () => x.data[0]!) };
  },
};
