// ONNX's messages with their field numbers. Source: onnx/onnx.proto, IR version 8.
import type { DType } from '../../../core/graph/model-graph';
import { type Dim, isBatch, type Shape } from '../../../core/graph/shape';
import { Message } from './protobuf';

/** Attribute values, tagged because 1 could be an integer or a float. */
export type OnnxAttr =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly string: string }
  | { readonly body: OnnxBody };

/** What a node runs again and again; it sees the values of the graph around it by their names. */
export interface OnnxBody {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

export interface OnnxNode {
  readonly op: string;
  readonly name: string;
  /** An empty name leaves an optional input out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attrs: Readonly<Record<string, OnnxAttr>>;
}

export interface OnnxTensor {
  readonly shape: readonly number[];
  /** Bytes are truths. */
  readonly data: Float32Array | Int32Array | BigInt64Array | Uint8Array;
}

export interface OnnxModel extends OnnxBody {
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
}

export interface OnnxValue {
  readonly name: string;
  readonly shape: Shape;
  readonly type: ElementType;
}

export type ElementType = keyof typeof elementTypes;

/** What the graph's types are called here. */
export const typeNames = { float32: 'float', int32: 'int32', bool: 'bool' } as const satisfies Record<
  DType,
  ElementType
>;

/** Opset 17 is the first with LayerNormalization and what every runtime of the last years reads; IR 8 came with it. */
const opset = 17;
const irVersion = 8;
/** ONNX's TensorProto.DataType. */
export const elementTypes = { float: 1, int32: 6, int64: 7, bool: 9 } as const;
/** protobuf refuses messages of 2 GiB and more. */
const maxBytes = 2 ** 31 - 1;

export function encodeModel(model: OnnxModel): Uint8Array {
  const message = new Message()
    .int(1, irVersion)
    .string(2, 'Espalier')
    .message(7, graph(model, model.initializers))
    .message(8, new Message().string(1, '').int(2, opset));
  if (message.size > maxBytes)
    throw new Error(
      `${model.name} takes ${message.size} bytes as ONNX, more than one .onnx file may hold (2 GiB)`,
    );
  return message.finish();
}

const graph = (
  { name, nodes, inputs, outputs }: OnnxBody,
  initializers: OnnxModel['initializers'] = new Map(),
): Message =>
  new Message()
    .messages(1, nodes.map(node))
    .string(2, name)
    .messages(5, [...initializers].map(tensor))
    .messages(11, inputs.map(value))
    .messages(12, outputs.map(value));

function node({ op, name, inputs, outputs, attrs }: OnnxNode): Message {
  const message = new Message();
  for (const input of inputs) message.string(1, input);
  for (const output of outputs) message.string(2, output);
  return message.string(3, name).string(4, op).messages(5, Object.entries(attrs).map(attribute));
}

function attribute([name, attr]: [string, OnnxAttr]): Message {
  const message = new Message().string(1, name);
  if ('float' in attr) return message.float(2, attr.float).int(20, 1);
  if ('int' in attr) return message.int(3, attr.int).int(20, 2);
  if ('string' in attr) return message.string(4, attr.string).int(20, 3);
  if ('body' in attr) return message.message(6, graph(attr.body)).int(20, 5);
  for (const item of attr.ints) message.int(8, item);
  return message.int(20, 7);
}

function tensor([name, { shape, data }]: [string, OnnxTensor]): Message {
  const message = new Message();
  for (const dim of shape) message.int(1, dim);
  return message
    .int(2, elementTypes[typeOf(data)])
    .string(8, name)
    .bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function typeOf(data: OnnxTensor['data']): ElementType {
  if (data instanceof Float32Array) return 'float';
  if (data instanceof Int32Array) return 'int32';
  return data instanceof Uint8Array ? 'bool' : 'int64';
}

function value({ name, shape, type: element }: OnnxValue): Message {
  const dims = new Message().messages(1, shape.map(dimension));
  const type = new Message().message(1, new Message().int(1, elementTypes[element]).message(2, dims));
  return new Message().string(1, name).message(2, type);
}

const dimension = (dim: Dim): Message =>
  isBatch(dim) ? new Message().string(2, dim.batch === 1 ? 'N' : `${dim.batch}N`) : new Message().int(1, dim);
