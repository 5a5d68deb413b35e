// Exports one node of the model graph: the view of it that the op's exporter gets.
import { isDepthwise, torchAxes } from '../../../core/graph/conventions';
import type { GraphNode } from '../../../core/graph/model-graph';
import { ops } from '../../../core/graph/ops/table';
import { axisOf } from '../../../core/graph/shape';
import type { Emitter } from './emitter';
import { type Form, type OpContext, typed } from './op';
import { onnxOps } from './ops/table';
import { elementTypes, typeNames } from './proto';

export function exportNode(node: GraphNode, emitter: Emitter): void {
  const context = contextOf(node, emitter);
  const op = onnxOps.get(node.op);
  if (!op) return context.refuse('ONNX export does not know it');
  try {
    const made = op(context);
    const all = 'name' in made ? [made] : made;
    node.outputs.forEach((id, i) => {
      if (all[i]) emitter.define(id, all[i]);
    });
  } catch (error) {
    if (error instanceof ExportRefusal) throw error;
    context.refuse((error as Error).message);
  }
}

/** The model cannot be written as ONNX; the message is one line with op and path. */
export class ExportRefusal extends Error {
  override readonly name = 'ExportRefusal';
}

function contextOf(node: GraphNode, emitter: Emitter): OpContext {
  const { graph } = emitter.model;
  const isNhwc = graph.layout === 'NHWC';
  const shapeOf = (id: string | undefined) => graph.values[id ?? '']?.shape ?? [];
  const typeOf = (id: string | undefined) => graph.values[id ?? '']?.dtype ?? 'float32';
  const paramName = (role: string) => {
    const name = node.params[role];
    if (name === undefined) throw new Error(`it has no parameter ${role}`);
    return name;
  };
  const torchOrder = (role: string) => {
    const spec = ops
      .get(node.op)
      ?.params?.(node.attrs)
      .find((entry) => entry.role === role);
    if (!spec) throw new Error(`it has no parameter ${role}`);
    return torchAxes(graph.framework, node.op, spec, isDepthwise(node.op, node.attrs));
  };

  return {
    node,
    attrs: node.attrs,
    layout: graph.layout,
    inputCount: node.inputs.length,
    inputType: (index) => typeOf(node.inputs[index]),
    outputType: () => typeOf(node.outputs[0]),
    inputShape: (index) => shapeOf(node.inputs[index]),
    outputShape: () => shapeOf(node.outputs[0]),
    input: (index, form) => emitter.take(node.inputs[index]!, form),

    cheapForm(): Form {
      const images = node.inputs.every((id) => shapeOf(id).length === 4 && emitter.has(id, 'image'));
      return isNhwc && images ? 'image' : 'plain';
    },

    axis(axis, form, rank = shapeOf(node.inputs[0]).length) {
      const index = axisOf(axis, rank);
      return form === 'image' && isNhwc && rank === 4 ? [0, 2, 3, 1][index]! : index;
    },

    has: (role) => node.params[role] !== undefined,

    torchOrder,

    param(role, order = 'stored') {
      const name = paramName(role);
      const stored = (graph.params[name]?.shape ?? []).map((_, axis) => axis);
      return emitter.param(name, order === 'torch' ? torchOrder(role) : stored);
    },

    constant: (tensor) => emitter.constant(tensor),
    scalar: (value, type = 'float32') => emitter.constant(typed([], [value], type)),
    shape: (dims) => emitter.shape(dims),
    cast: (value, from, to) =>
      from === to
        ? value
        : emitter.emit(node.path, 'Cast', [value], { to: { int: elementTypes[typeNames[to]] } }),
    emit: (op, inputs, attrs) => emitter.emit(node.path, op, inputs, attrs),
    body: (inputs, outputs, build) => emitter.body(node.path, inputs, outputs, build),
    emitAll: (op, inputs, count, attrs) => emitter.emitAll(node.path, op, inputs, count, attrs),

    refuse(why) {
      const { name } = node.attrs;
      const what = node.op === 'unknown' && typeof name === 'string' ? name : node.op;
      throw new ExportRefusal(`${node.path || graph.name}: cannot export ${what} to ONNX: ${why}`);
    },
  };
}
