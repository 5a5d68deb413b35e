// An ONNX file as its messages say it: nodes, initialisers by their place in the file, and what is known of values.
// Field numbers: onnx/onnx.proto.
import type { ByteReader } from '../byte-reader';
import { DamagedFile, type Field, ProtoReader } from './protobuf';
import { readTensor, type OnnxTensor } from './tensor';

export interface OnnxModel {
  readonly producer: string;
  /** Version of the standard operators. */
  readonly opset: number;
  readonly nodes: readonly OnnxNode[];
  readonly tensors: ReadonlyMap<string, OnnxTensor>;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly string[];
  /** Shapes that the exporter wrote down for values in between. */
  readonly shapes: ReadonlyMap<string, readonly OnnxDim[]>;
}

export interface OnnxNode {
  readonly op: string;
  /** Empty for the standard operators. */
  readonly domain: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attrs: ReadonlyMap<string, OnnxAttr>;
}

export type OnnxAttr = number | string | readonly number[] | OnnxTensor;

/** A size, or the name of one that is open; undefined where nothing is said. */
export type OnnxDim = number | string | undefined;

export interface OnnxValue {
  readonly name: string;
  readonly dims: readonly OnnxDim[];
  /** Element type, as ONNX counts them. */
  readonly type: number;
}

/** More nodes than this are a loop written out, and more than any view could show. */
const mostNodes = 100_000;
const mostTensors = 200_000;
const mostDims = 64;

/** Throws DamagedFile with one line. */
export function readModel(source: ByteReader): OnnxModel {
  const proto = new ProtoReader(source);
  let [producer, opset] = ['', 0];
  let graph: Field | undefined;
  for (const field of proto.fields(0, source.size)) {
    if (field.number === 2) producer = proto.string(field);
    if (field.number === 7) graph = field;
    if (field.number !== 8) continue;
    let [domain, version] = ['', 0];
    for (const part of proto.fields(field.start, field.end)) {
      if (part.number === 1) domain = proto.string(part);
      if (part.number === 2) version = part.value;
    }
    if (domain === '' || domain === 'ai.onnx') opset = version;
  }
  if (!graph) throw new DamagedFile('the file holds no graph: it is no ONNX model, or damaged');
  return { producer, opset, ...readGraph(proto, graph) };
}

function readGraph(proto: ProtoReader, graph: Field): Omit<OnnxModel, 'producer' | 'opset'> {
  const nodes: OnnxNode[] = [];
  const tensors = new Map<string, OnnxTensor>();
  const values: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  const shapes = new Map<string, readonly OnnxDim[]>();
  for (const field of proto.fields(graph.start, graph.end)) {
    if (field.number === 1) nodes.push(readNode(proto, field));
    if (field.number === 5) {
      const tensor = readTensor(proto, field);
      tensors.set(tensor.name, tensor);
    }
    if (field.number === 11) values.push(readValue(proto, field));
    if (field.number === 12) outputs.push(readValue(proto, field));
    if (field.number === 13) {
      const { name, dims } = readValue(proto, field);
      shapes.set(name, dims);
    }
    if (nodes.length > mostNodes || tensors.size > mostTensors)
      throw new DamagedFile(`the graph has more than ${mostNodes} nodes or ${mostTensors} weights`);
  }
  for (const { name, dims } of outputs) shapes.set(name, dims);
  return {
    nodes,
    tensors,
    // Old files list weights among the inputs.
    inputs: values.filter(({ name }) => !tensors.has(name)),
    outputs: outputs.map(({ name }) => name),
    shapes,
  };
}

function readNode(proto: ProtoReader, node: Field): OnnxNode {
  const [inputs, outputs]: [string[], string[]] = [[], []];
  const attrs = new Map<string, OnnxAttr>();
  let [name, op, domain] = ['', '', ''];
  for (const field of proto.fields(node.start, node.end)) {
    if (field.number === 1) inputs.push(proto.string(field));
    if (field.number === 2) outputs.push(proto.string(field));
    if (field.number === 3) name = proto.string(field);
    if (field.number === 4) op = proto.string(field);
    if (field.number === 7) domain = proto.string(field);
    if (field.number === 5) readAttribute(proto, field, attrs);
  }
  return { op, name, domain: domain === 'ai.onnx' ? '' : domain, inputs, outputs, attrs };
}

const mostNumbers = 1_000_000;

/** Subgraphs are left out: what has them is a barrier. */
function readAttribute(proto: ProtoReader, attribute: Field, attrs: Map<string, OnnxAttr>): void {
  let name = '';
  let value: OnnxAttr | undefined;
  const numbers: number[] = [];
  for (const field of proto.fields(attribute.start, attribute.end)) {
    if (field.number === 1) name = proto.string(field);
    if (field.number === 2) value = proto.float(field);
    if (field.number === 3) value = field.value;
    if (field.number === 4) value = field.end - field.start < 10_000 ? proto.string(field) : '';
    if (field.number === 5) value = readTensor(proto, field);
    if (field.number === 7) numbers.push(...proto.floats(field, 10_000));
    if (field.number === 8) numbers.push(...proto.ints(field, 10_000));
    if (numbers.length > mostNumbers) throw new DamagedFile(`attribute ${name} has too many numbers`);
  }
  attrs.set(name, value ?? numbers);
}

function readValue(proto: ProtoReader, value: Field): OnnxValue {
  let name = '';
  let type = 0;
  const dims: OnnxDim[] = [];
  for (const field of proto.fields(value.start, value.end)) {
    if (field.number === 1) name = proto.string(field);
    if (field.number !== 2) continue;
    for (const kind of proto.fields(field.start, field.end)) {
      if (kind.number !== 1) continue;
      for (const part of proto.fields(kind.start, kind.end)) {
        if (part.number === 1) type = part.value;
        if (part.number === 2) dims.push(...readDims(proto, part));
      }
    }
  }
  return { name, dims, type };
}

function readDims(proto: ProtoReader, shape: Field): OnnxDim[] {
  const dims: OnnxDim[] = [];
  for (const dim of proto.fields(shape.start, shape.end)) {
    if (dim.number !== 1) continue;
    let size: OnnxDim;
    for (const part of proto.fields(dim.start, dim.end)) {
      if (part.number === 1 && part.value > 0) size = part.value;
      if (part.number === 2) size = proto.string(part);
    }
    dims.push(size);
    if (dims.length > mostDims) throw new DamagedFile(`a value has more than ${mostDims} dimensions`);
  }
  return dims;
}
