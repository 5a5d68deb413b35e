// One node of an ONNX file while it becomes nodes of the graph: its attributes, inputs, weights and known values.
import type { Attrs, AxisRole, ValueId } from '../../../core/graph/model-graph';
import { axisOf, isBatch, type Shape, ShapeError } from '../../../core/graph/shape';
import type { Conversion } from './convert';
import { type Known, numbers, single } from './known';
import type { OnnxNode } from '../../../core/formats/onnx/model';
import type { OnnxTensor } from '../../../core/formats/onnx/tensor';

/** A weight as a node takes it: a tensor of the file, maybe turned around on the way. */
export interface Weight {
  readonly tensor: OnnxTensor;
  readonly transposed: boolean;
  readonly dims: readonly number[];
}

/** A weight and what its axes mean, as the node takes it. */
export interface Role {
  readonly weight: Weight;
  readonly axes: readonly AxisRole[];
}

/** Values of the node's outputs; undefined where the node cannot be said in the graph's ops. */
export type OnnxOp = (context: OnnxContext) => ValueId | readonly ValueId[] | undefined;

export class OnnxContext {
  constructor(
    private readonly conversion: Conversion,
    readonly node: OnnxNode,
    readonly path: string,
  ) {}

  get opset(): number {
    return this.conversion.opset;
  }

  number(key: string, fallback: number): number {
    const value = this.node.attrs.get(key);
    return typeof value === 'number' ? value : fallback;
  }

  text(key: string, fallback: string): string {
    const value = this.node.attrs.get(key);
    return typeof value === 'string' ? value : fallback;
  }

  list(key: string): readonly number[] | undefined {
    const value = this.node.attrs.get(key);
    return Array.isArray(value) ? (value as readonly number[]) : undefined;
  }

  has(index: number): boolean {
    return (this.node.inputs[index] ?? '') !== '';
  }

  known(index: number): Known | undefined {
    return this.has(index) ? this.conversion.known.get(this.node.inputs[index]!) : undefined;
  }

  numbers(index: number): number[] | undefined {
    return numbers(this.known(index));
  }

  single(index: number): number | undefined {
    return single(this.known(index));
  }

  /** A list that older operator sets have as an attribute and newer ones as an input. */
  either(key: string, index: number): readonly number[] | undefined {
    return this.list(key) ?? this.numbers(index);
  }

  /** An input that is computed, or a weight or constant as a value of its own. */
  x(index: number): ValueId {
    const name = this.node.inputs[index];
    const value = name ? this.conversion.value(name) : undefined;
    if (value === undefined) throw new ShapeError(`its input ${index} is not there`);
    return value;
  }

  /** Whether an input is computed from the model's inputs. */
  isComputed(index: number): boolean {
    return this.has(index) && this.conversion.isComputed(this.node.inputs[index]!);
  }

  /** An input that the file holds as a tensor. */
  weight(index: number): Weight | undefined {
    return this.has(index) ? this.conversion.weight(this.node.inputs[index]!) : undefined;
  }

  /** A vector of the file, with whatever axes of size one it has been given. */
  vector(index: number): Weight | undefined {
    return this.has(index) ? this.conversion.vector(this.node.inputs[index]!) : undefined;
  }

  /** A node that the graph has no op for, whose shapes are known all the same. */
  barrier(shapes: readonly Shape[]): readonly ValueId[] {
    return this.conversion.barrier(this.node, this.path, shapes);
  }

  shape(index: number): Shape {
    return this.conversion.builder.shapeOf(this.x(index));
  }

  /** A size that is not the batch. */
  size(index: number, axis: number): number {
    const shape = this.shape(index);
    const dim = shape[axisOf(axis, shape.length)]!;
    if (isBatch(dim)) throw new ShapeError(`axis ${axis} of its input is the batch`);
    return dim;
  }

  /** What the file says of an output's shape. */
  written(output = 0): Shape | undefined {
    return this.conversion.written(this.node.outputs[output] ?? '');
  }

  /** One node of the graph; roles name the tensors that are its parameters. */
  add(
    op: string,
    inputs: readonly ValueId[],
    attrs: Attrs = {},
    roles: Readonly<Record<string, Role>> = {},
  ): ValueId {
    return this.all(op, inputs, attrs, roles)[0]!;
  }

  all(
    op: string,
    inputs: readonly ValueId[],
    attrs: Attrs = {},
    roles: Readonly<Record<string, Role>> = {},
  ): ValueId[] {
    return this.conversion.add(op, inputs, attrs, this.path, roles);
  }
}
