// What the export of one op sees and answers. An op group is one file in ops/; the table has the op table's keys.
import { channelAxis } from '../../../core/graph/op';
import type { Attrs, DType, GraphNode, Layout } from '../../../core/graph/model-graph';
import type { Shape } from '../../../core/graph/shape';
import type { OnnxAttr, OnnxBody, OnnxTensor } from './proto';

/**
 * ONNX computes on NCHW images. In a graph that is NHWC, a value of rank 4 may exist in two forms: `plain`, in the
 * graph's own order of axes, and `image`, as NCHW. Ops ask for the form they need; a transpose appears only where
 * the other one is all there is. In an NCHW graph both are the same.
 */
export type Form = 'plain' | 'image';

/** The output value's name and the form it is in. */
export interface Emitted {
  readonly name: string;
  readonly form: Form;
}

export interface OpContext {
  readonly node: GraphNode;
  readonly attrs: Attrs;
  readonly layout: Layout;
  /** Shapes in the graph's own order of axes. */
  inputShape(index: number): Shape;
  outputShape(): Shape;
  inputType(index: number): DType;
  outputType(): DType;
  readonly inputCount: number;
  /** The name of an input in one form. */
  input(index: number, form: Form): string;
  /** The form in which all inputs can be had without a transpose; `plain` when there is none. */
  cheapForm(): Form;
  /** Where an axis of the graph's order stands in a form. */
  axis(axis: number, form: Form, rank?: number): number;
  has(role: string): boolean;
  /** For each axis of a parameter in PyTorch's order, the axis that the framework stores it at. */
  torchOrder(role: string): readonly number[];
  /** The initialiser of a parameter, as the framework stores it or in PyTorch's order of axes. */
  param(role: string, order?: 'stored' | 'torch'): string;
  /** An unnamed constant; equal ones are stored once. */
  constant(tensor: OnnxTensor): string;
  /** A number of a type; float32 where none is said. */
  scalar(value: number, type?: DType): string;
  /** A shape as a 1-D value: a constant, or one that is put together when the batch size is known. */
  shape(dims: Shape): string;
  /** The value as a type; itself where it is of that type. */
  cast(value: string, from: DType, to: DType): string;
  /** Adds a node with one output and answers with its name. */
  emit(op: string, inputs: readonly string[], attrs?: Readonly<Record<string, OnnxAttr>>): string;
  /** As {@link emit}, for a node with several outputs. */
  emitAll(
    op: string,
    inputs: readonly string[],
    count: number,
    attrs?: Readonly<Record<string, OnnxAttr>>,
  ): string[];
  /** What a node runs again and again, emitted by `build` from inputs of these shapes to outputs of those. */
  body(
    inputs: readonly Shape[],
    outputs: readonly Shape[],
    build: (names: readonly string[]) => readonly string[],
  ): OnnxBody;
  /** Ends the export with one line that names this node's op and path. */
  refuse(why: string): never;
}

/** Answers with the output, or with all of them. */
export type OnnxOp = (context: OpContext) => Emitted | readonly Emitted[];

/** An op that treats every element alike, so that the order of axes does not matter. */
export const elementwise =
  (build: (context: OpContext, x: string) => string): OnnxOp =>
  (context) => {
    const form = context.cheapForm();
    return { name: build(context, context.input(0, form)), form };
  };

/** An op that wants channels at axis 1, as ONNX has them in every rank. */
export function channelsFirst(c: OpContext, build: (x: string) => string): Emitted {
  const rank = c.inputShape(0).length;
  if (rank === 4) return { name: build(c.input(0, 'image')), form: 'image' };
  const x = c.input(0, 'plain');
  if (channelAxis(rank, c.layout) === 1) return { name: build(x), form: 'plain' };
  const axes = Array.from({ length: rank - 2 }, (_, i) => i);
  const there = { perm: { ints: [0, rank - 1, ...axes.map((i) => i + 1)] } };
  const back = { perm: { ints: [0, ...axes.map((i) => i + 2), 1] } };
  return { name: c.emit('Transpose', [build(c.emit('Transpose', [x], there))], back), form: 'plain' };
}

/** A value in the graph's own order of axes. */
export const plain = (name: string): Emitted => ({ name, form: 'plain' });

export const floats = (shape: readonly number[], values: Iterable<number>): OnnxTensor => ({
  shape,
  data: Float32Array.from(values),
});

/** Values of one of the graph's types. */
export function typed(shape: readonly number[], values: Iterable<number>, type: DType): OnnxTensor {
  if (type === 'float32') return floats(shape, values);
  return {
    shape,
    data: type === 'int32' ? Int32Array.from(values) : Uint8Array.from(values, (x) => (x ? 1 : 0)),
  };
}

/** A list of 64-bit integers, as Reshape and Pad take them. */
export const longs = (values: readonly number[]): OnnxTensor => ({
  shape: [values.length],
  data: BigInt64Array.from(values, BigInt),
});
