// Runs a small graph with loops: slow, plain, and independent of everything it is used to check.
import type { GraphNode, ModelGraph, Param } from '../../../../core/graph/model-graph';
import { imageAxes } from '../../../../core/graph/op';
import { shapeAt } from '../../../../core/graph/shape';
import type { TensorData, Weights } from '../../../../core/graph/tensor';

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Batch size 1. Batch norm uses its running statistics. */
export function run(graph: ModelGraph, weights: Weights, inputs: readonly Tensor[]): Tensor[] {
  const values = new Map(graph.inputs.map((id, i) => [id, inputs[i]!]));
  for (const node of graph.nodes) {
    const kernel = kernels[node.op];
    if (!kernel) throw new Error(`the reference does not know ${node.op}`);
    const shape = shapeAt(graph.values[node.outputs[0]!]!.shape);
    const context = { node, graph, weight: (role: string) => lookup(graph, weights, node, role) };
    const xs = node.inputs.map((id) => values.get(id)!);
    values.set(node.outputs[0]!, kernel(xs, empty(shape), context));
  }
  return graph.outputs.map((id) => values.get(id)!);
}

export const empty = (shape: readonly number[]): Tensor => ({
  shape,
  data: new Float64Array(shape.reduce((n, dim) => n * dim, 1)),
});

type Index = readonly number[];
interface Context {
  readonly node: GraphNode;
  readonly graph: ModelGraph;
  readonly weight: (role: string) => Parameter | undefined;
}
interface Parameter {
  readonly param: Param;
  readonly data: TensorData['data'];
  /** Reads by axis roles, so that the layout does not matter. */
  at(position: Readonly<Partial<Record<string, number>>>): number;
}
type Kernel = (xs: readonly Tensor[], y: Tensor, context: Context) => Tensor;

const offset = (shape: readonly number[], index: Index): number =>
  shape.reduce((n, dim, i) => n * dim + index[i]!, 0);

function* indices(shape: readonly number[]): Generator<number[]> {
  const index = shape.map(() => 0);
  for (let n = shape.reduce((a, b) => a * b, 1); n > 0; n--) {
    yield [...index];
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
  }
}

const fill = (y: Tensor, value: (index: number[]) => number): Tensor => {
  for (const index of indices(y.shape)) y.data[offset(y.shape, index)] = value(index);
  return y;
};

const read = (x: Tensor, index: Index): number => x.data[offset(x.shape, index)]!;
const map =
  (f: (value: number) => number): Kernel =>
  ([x], y) => {
    x!.data.forEach((value, i) => (y.data[i] = f(value)));
    return y;
  };

/** Reads with NumPy's broadcasting. */
const broadcast = (x: Tensor, index: Index): number =>
  read(
    x,
    x.shape.map((dim, i) => (dim === 1 ? 0 : index[i + index.length - x.shape.length]!)),
  );

const zip =
  (f: (a: number, b: number) => number): Kernel =>
  ([a, b], y) =>
    fill(y, (index) => f(broadcast(a!, index), broadcast(b!, index)));

const kernels: Readonly<Record<string, Kernel>> = {
  relu: map((value) => Math.max(0, value)),
  sigmoid: map((value) => 1 / (1 + Math.exp(-value))),
  identity: map((value) => value),
  add: zip((a, b) => a + b),
  mul: zip((a, b) => a * b),

  conv2d([x], y, { node, graph, weight }) {
    const [kernel, stride, padding, groups] = ['kernel', 'stride', 'padding', 'groups'].map((key) =>
      Number(node.attrs[key]),
    ) as [number, number, number, number];
    const axes = imageAxes(graph.layout);
    const [filters, bias] = [weight('weight')!, weight('bias')];
    const [inputs, outputs] = [Number(node.attrs['inChannels']), Number(node.attrs['outChannels'])];
    return fill(y, (index) => {
      const out = index[axes.channel]!;
      const first = Math.floor(out / (outputs / groups)) * (inputs / groups);
      let sum = bias?.at({ out }) ?? 0;
      for (const [c, kh, kw] of indices([inputs / groups, kernel, kernel]) as Iterable<
        [number, number, number]
      >) {
        const from = [...index];
        from[axes.channel] = first + c;
        from[axes.height] = index[axes.height]! * stride - padding + kh;
        from[axes.width] = index[axes.width]! * stride - padding + kw;
        if (from.some((at, i) => at < 0 || at >= x!.shape[i]!)) continue;
        sum += read(x!, from) * filters.at({ out, in: c, height: kh, width: kw });
      }
      return sum;
    });
  },

  linear([x], y, { weight }) {
    const [matrix, bias] = [weight('weight')!, weight('bias')];
    return fill(y, (index) => {
      const out = index.at(-1)!;
      let sum = bias?.at({ out }) ?? 0;
      for (let i = 0; i < x!.shape.at(-1)!; i++)
        sum += read(x!, [...index.slice(0, -1), i]) * matrix.at({ out, in: i });
      return sum;
    });
  },

  batchNorm2d([x], y, { node, graph, weight }) {
    const axis = x!.shape.length === 4 ? imageAxes(graph.layout).channel : x!.shape.length - 1;
    return fill(y, (index) => {
      const of = (role: string) => weight(role)!.data[index[axis]!]!;
      const normal =
        (read(x!, index) - of('running_mean')) / Math.sqrt(of('running_var') + Number(node.attrs['eps']));
      return normal * of('weight') + of('bias');
    });
  },

  concat(xs, y, { node }) {
    const axis = Number(node.attrs['axis']);
    return fill(y, (index) => {
      let at = index[axis]!;
      const x = xs.find(({ shape }) => at < shape[axis]! || ((at -= shape[axis]!), false))!;
      return read(
        x,
        index.map((i, k) => (k === axis ? at : i)),
      );
    });
  },

  parameter(_, { shape }, { weight }) {
    return { shape, data: Float64Array.from(weight('value')!.data) };
  },

  slice([x], y, { node }) {
    const [axis, start] = [Number(node.attrs['axis']), Number(node.attrs['start'])];
    return fill(y, (index) =>
      read(
        x!,
        index.map((at, i) => (i === axis ? at + start : at)),
      ),
    );
  },

  repeatInterleave([x], y, { node }) {
    const [axis, count] = [Number(node.attrs['axis']), Number(node.attrs['count'])];
    return fill(y, (index) =>
      read(
        x!,
        index.map((at, i) => (i === axis ? Math.floor(at / count) : at)),
      ),
    );
  },

  maxPool2d([x], y, { node, graph }) {
    const [size, axes] = [Number(node.attrs['kernel']), imageAxes(graph.layout)];
    return fill(y, (index) => {
      const window = [...indices([size, size])].map(([dh, dw]) => {
        const from = [...index];
        from[axes.height] = index[axes.height]! * size + dh!;
        from[axes.width] = index[axes.width]! * size + dw!;
        return read(x!, from);
      });
      return Math.max(...window);
    });
  },

  mean([x], y, { node }) {
    const axes = node.attrs['axes'] as readonly number[];
    const keep = node.attrs['keepDims'] === true;
    for (const index of indices(x!.shape)) {
      const to = keep
        ? index.map((at, i) => (axes.includes(i) ? 0 : at))
        : index.filter((_, i) => !axes.includes(i));
      y.data[offset(y.shape, to)]! += read(x!, index) / axes.reduce((n, axis) => n * x!.shape[axis]!, 1);
    }
    return y;
  },

  flatten: ([x], { shape }) => ({ shape, data: x!.data }),
  reshape: ([x], { shape }) => ({ shape, data: x!.data }),
  permute: ([x], y, { node }) => {
    const order = node.attrs['order'] as readonly number[];
    return fill(y, (index) =>
      read(
        x!,
        x!.shape.map((_, axis) => index[order.indexOf(axis)]!),
      ),
    );
  },
};

function lookup(graph: ModelGraph, weights: Weights, node: GraphNode, role: string): Parameter | undefined {
  const param = graph.params[node.params[role] ?? ''];
  const tensor = param && weights.get(param.name);
  if (!param || !tensor) return undefined;
  expectShape(param, tensor);
  return {
    param,
    data: tensor.data,
    at: (position) =>
      tensor.data[
        offset(
          param.shape,
          param.axes.map((role_) => position[role_]!),
        )
      ]!,
  };
}

function expectShape(param: Param, tensor: TensorData): void {
  if (param.shape.join() !== tensor.shape.join())
    throw new Error(`${param.name} is ${tensor.shape.join('×')}, the graph says ${param.shape.join('×')}`);
}
