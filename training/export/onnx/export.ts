// Turns a trained model into an ONNX file's bytes: NCHW inside, framework names for weights, symbolic batch `N`.
import type { ValueId } from '../../../core/graph/model-graph';
import type { Shape } from '../../../core/graph/shape';
import type { TrainedModel } from '../../../core/graph/tensor';
import { Emitter } from './emitter';
import { exportNode } from './node';
import type { Form } from './op';
import { elementTypes, encodeModel, type OnnxValue, typeNames } from './proto';

export interface OnnxOptions {
  /** Images go in and come out as NCHW even where the framework says NHWC: for measuring a layer without transposes. */
  readonly channelsFirst?: boolean;
}

/**
 * Inputs are named `input`, `input_1`, …, outputs `output`, `output_1`, …, and have the framework's shapes; whole numbers go
 * in as int64 and come out as int32.
 * Throws one line that names op and path where ONNX has no counterpart.
 */
export const exportOnnx = (model: TrainedModel, options: OnnxOptions = {}): Uint8Array =>
  writeOnnx(model, options).bytes;

export interface OnnxFile {
  readonly bytes: Uint8Array;
  /** How many nodes it has. */
  readonly nodes: number;
  /** For each parameter that stands in the file under its own name, the axis of the framework's that each axis is. */
  readonly orders: ReadonlyMap<string, readonly number[]>;
}

export function writeOnnx(model: TrainedModel, { channelsFirst = false }: OnnxOptions = {}): OnnxFile {
  const { graph } = model;
  const emitter = new Emitter(model);
  const border: Form = channelsFirst ? 'image' : 'plain';
  const shapeOf = (id: ValueId): Shape => {
    const { shape } = graph.values[id]!;
    if (!channelsFirst || graph.layout === 'NCHW' || shape.length !== 4) return shape;
    return [0, 3, 1, 2].map((axis) => shape[axis]!);
  };

  const inputs = graph.inputs.map((id): OnnxValue => {
    const name = emitter.unique('input');
    const { dtype } = graph.values[id]!;
    // Whoever has tokens has them as 64-bit integers.
    const given =
      dtype === 'int32' ? emitter.emit('', 'Cast', [name], { to: { int: elementTypes.int32 } }) : name;
    emitter.define(id, { name: given, form: border });
    emitter.knowBatch(name, shapeOf(id));
    return { name, shape: shapeOf(id), type: dtype === 'int32' ? 'int64' : typeNames[dtype] };
  });
  for (const node of graph.nodes) exportNode(node, emitter);

  const names = publish(
    emitter,
    graph.outputs.map((id) => emitter.take(id, border)),
  );
  const outputs = graph.outputs.map((id, i): OnnxValue => ({
    name: names[i]!,
    shape: shapeOf(id),
    type: typeNames[graph.values[id]!.dtype],
  }));
  const bytes = encodeModel({
    name: graph.name,
    nodes: emitter.nodes,
    initializers: emitter.initializers,
    inputs,
    outputs,
  });
  return { bytes, nodes: emitter.nodes.length, orders: emitter.orders };
}

/** Renames what makes an output to `output`; a value that is an input, or is put out twice, gets an Identity instead. */
function publish(emitter: Emitter, made: readonly string[]): string[] {
  const publicNames = new Map<string, string>();
  const names = made.map((value) => {
    const name = emitter.unique('output');
    if (emitter.makes(value) && !publicNames.has(value)) publicNames.set(value, name);
    else emitter.identity(value, name);
    return name;
  });
  emitter.rename(publicNames);
  return names;
}
