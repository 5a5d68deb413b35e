// Turns what an ONNX file says into a model graph. An operator that has no counterpart becomes a barrier, with its weights.
import { GraphBuilder } from '../../../core/graph/builder';
import type {
  Attrs,
  AxisRole,
  DType,
  ModelGraph,
  Param,
  ParamName,
  ValueId,
} from '../../../core/graph/model-graph';
import { isBatch, type Shape, ShapeError } from '../../../core/graph/shape';
import { storedAxes } from '../tensors/axes';
import { OnnxContext, type Role, type Weight } from './context';
import { fold } from './fold';
import { fuse } from './fuse';
import { type Known, knownTensor, shapeKnown } from './known';
import type { OnnxModel, OnnxNode } from '../../../core/formats/onnx/model';
import { onnxOps } from './ops/table';
import { OpenSizes } from './shapes';
import type { OnnxTensor } from '../../../core/formats/onnx/tensor';

export interface Converted {
  readonly graph: ModelGraph;
  readonly notes: readonly string[];
  /** How the file stores each parameter, and what the axes mean there. */
  readonly stored: ReadonlyMap<ParamName, Stored>;
}

export interface Stored {
  readonly tensor: OnnxTensor;
  readonly axes: readonly AxisRole[];
}

export const convert = (model: OnnxModel, name: string): Converted => new Conversion(model).run(name);

export class Conversion {
  readonly builder = new GraphBuilder('onnx');
  readonly opset: number;
  readonly known = new Map<string, Known>();
  private readonly values = new Map<string, ValueId>();
  private readonly weights = new Map<string, Weight>();
  /** Vectors of the file that a node only gave more axes, as slopes and scales are; what that node makes when asked. */
  private readonly vectors = new Map<string, Weight>();
  private readonly waiting = new Map<string, () => void>();
  /** Tensors that nodes bring along; they are no parameters unless a layer takes them as its weight. */
  private readonly constants = new Set<string>();
  private readonly stored = new Map<ParamName, Stored>();
  private readonly sizes = new OpenSizes();
  private readonly unknown = new Map<string, { count: number; first: string; assumed: boolean }>();
  private readonly notes: string[] = [];

  constructor(private readonly model: OnnxModel) {
    this.opset = model.opset;
    for (const tensor of model.tensors.values()) this.adopt(tensor.name, tensor);
  }

  run(name: string): Converted {
    for (const input of this.model.inputs) {
      const shape = this.sizes.input(input);
      this.values.set(input.name, this.builder.input(shape, dtypeOf(input.type)));
      if (shape[0] !== undefined && !isBatch(shape[0]) && shape.length === 4 && shape[0] > 1)
        this.notes.push(`the batch of ${input.name} is fixed: costs are for ${shape[0]} samples together`);
    }
    fuse(this.model).forEach((node, index) => this.node(node, index));
    const outputs = this.model.outputs.flatMap((output) => this.value(output) ?? []);
    const notes = [...this.sizes.notes, ...[...this.unknown].map(unknownNote), ...this.notes];
    return { graph: this.builder.finish(name, outputs), notes, stored: this.stored };
  }

  isComputed(name: string): boolean {
    return this.values.has(name) && !this.weights.has(name);
  }

  weight(name: string): Weight | undefined {
    return this.weights.get(name);
  }

  /** A vector of the file, whatever axes of size one it has been given. */
  vector(name: string): Weight | undefined {
    return this.vectors.get(name) ?? this.weights.get(name);
  }

  /** The value of this name; tensors of the file become values of their own the first time they are asked for. */
  value(name: string): ValueId | undefined {
    const known = this.values.get(name) ?? this.late(name);
    if (known !== undefined) return known;
    const made = this.materialise(name);
    if (made !== undefined) this.values.set(name, made);
    return made;
  }

  written(name: string): Shape | undefined {
    return this.sizes.value(this.model.shapes.get(name));
  }

  add(
    op: string,
    inputs: readonly ValueId[],
    attrs: Attrs,
    path: string,
    roles: Readonly<Record<string, Role>>,
  ): ValueId[] {
    const names = Object.fromEntries(
      Object.entries(roles).map(([role, { weight }]) => [role, weight.tensor.name]),
    );
    const made = this.builder.add(op, inputs, attrs, { path, names });
    for (const { weight, axes } of Object.values(roles)) {
      this.store(weight.tensor, weight.transposed ? [...axes].reverse() : axes);
    }
    return made;
  }

  /** The first layer that takes a tensor says what its axes mean. */
  private store(tensor: OnnxTensor, axes: readonly AxisRole[]): void {
    if (!this.stored.has(tensor.name)) this.stored.set(tensor.name, { tensor, axes });
  }

  private late(name: string): ValueId | undefined {
    const make = this.waiting.get(name);
    this.waiting.delete(name);
    make?.();
    return this.values.get(name);
  }

  private node(node: OnnxNode, index: number): void {
    const known = this.fold(node);
    const [output = ''] = node.outputs;
    if (known) this.known.set(output, known);
    if (this.alias(node) || known) return;
    const path = this.pathOf(node, index);
    const vector = node.op === 'Unsqueeze' ? this.weights.get(node.inputs[0] ?? '') : undefined;
    if (vector?.dims.length !== 1) return this.make(node, path);
    this.vectors.set(output, vector);
    this.waiting.set(output, () => this.make(node, path));
  }

  private make(node: OnnxNode, path: string): void {
    const rule = node.domain === '' || node.domain === 'com.microsoft' ? onnxOps.get(node.op) : undefined;
    let made: ValueId | readonly ValueId[] | undefined;
    try {
      made = rule?.(new OnnxContext(this, node, path));
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      this.notes.push(`${path} (${node.op}): ${error.message}`);
    }
    const outputs = made === undefined ? this.barrier(node, path) : [made].flat();
    node.outputs.forEach((name, i) => {
      if (name !== '' && outputs[i] !== undefined) this.values.set(name, outputs[i]);
    });
  }

  private fold(node: OnnxNode): Known | undefined {
    const [first = ''] = node.inputs;
    const [output = ''] = node.outputs;
    if (node.op === 'Shape' && node.domain === '') {
      const shape = this.shapeOf(first);
      const [start, end] = ['start', 'end'].map((key) => node.attrs.get(key)) as (number | undefined)[];
      return shape && shapeKnown(shape.slice(start ?? 0, end));
    }
    if (node.op === 'Constant') {
      const value = node.attrs.get('value');
      if (typeof value === 'object' && 'dims' in value) {
        this.adopt(output, { ...value, name: output });
        this.constants.add(output);
      }
    }
    return fold(
      node,
      // What was trained is no number to compute shapes with, however few there are of it.
      node.inputs.map((name) => (this.isTrained(name) ? undefined : this.known.get(name))),
    );
  }

  private isTrained(name: string): boolean {
    const tensor = this.model.tensors.get(name);
    return tensor !== undefined && isFloat(tensor) && tensor.dims.some((dim) => dim > 1);
  }

  private shapeOf(name: string): Shape | undefined {
    const value = this.values.get(name);
    if (value !== undefined) return this.builder.shapeOf(value);
    return this.weights.get(name)?.dims ?? this.known.get(name)?.dims;
  }

  /** Nodes that hand a weight on as it is: exporters put them between a weight and the layer that takes it. */
  private alias({ op, inputs, outputs, attrs }: OnnxNode): boolean {
    const weight = this.weights.get(inputs[0] ?? '');
    if (!weight || outputs[0] === undefined) return false;
    if (op === 'Identity' && /^[\w-]+(\.[\w-]+)+$/.test(outputs[0])) {
      // Equal tensors are stored once; this one keeps the name that the model has for it.
      this.weights.set(outputs[0], { ...weight, tensor: { ...weight.tensor, name: outputs[0] } });
    } else if (op === 'Identity' || op === 'DequantizeLinear' || op === 'Cast')
      this.weights.set(outputs[0], weight);
    else if (op === 'Transpose' && weight.dims.length === 2 && isSwap(attrs.get('perm')))
      this.weights.set(outputs[0], {
        tensor: weight.tensor,
        transposed: !weight.transposed,
        dims: [...weight.dims].reverse(),
      });
    else return false;
    if (this.constants.has(inputs[0]!)) this.constants.add(outputs[0]);
    return true;
  }

  private adopt(name: string, tensor: OnnxTensor): void {
    this.weights.set(name, { tensor, transposed: false, dims: tensor.dims });
    const known = knownTensor(tensor);
    if (known) this.known.set(name, known);
  }

  private materialise(name: string): ValueId | undefined {
    const weight = this.weights.get(name);
    const shape = [...(weight?.dims ?? this.known.get(name)?.dims ?? [])];
    if (!weight && !this.known.has(name)) return undefined;
    const dtype = weight && isFloat(weight.tensor) ? 'float32' : 'int32';
    const place = { path: ownerOf(weight?.tensor.name ?? name) };
    const isParameter = weight && dtype === 'float32' && !this.constants.has(name) && shape.length > 0;
    if (!isParameter || weight.transposed) {
      return this.builder.add('constant', [], { shape, dtype: weight ? dtype : 'float32' }, place)[0];
    }
    this.store(weight.tensor, storedAxes(weight.dims, 'torch'));
    return this.builder.add('parameter', [], { shape, param: weight.tensor.name }, place)[0];
  }

  /** Channels stop here. Shapes are given, or what the file says, or else the first input's. */
  barrier(node: OnnxNode, path: string, shapes: readonly (Shape | undefined)[] = []): ValueId[] {
    const inputs = node.inputs.filter((name) => this.isComputed(name)).map((name) => this.values.get(name)!);
    const params: Record<string, ParamName> = {};
    node.inputs.forEach((name, i) => {
      const weight = this.weights.get(name);
      if (!weight || this.constants.has(name) || weight.dims.length === 0 || !isFloat(weight.tensor)) return;
      this.builder.declareParam(paramOf(weight.tensor));
      this.store(weight.tensor, storedAxes(weight.tensor.dims, 'torch'));
      params[`input${i}`] = weight.tensor.name;
    });
    const first: Shape = inputs[0] === undefined ? [] : this.builder.shapeOf(inputs[0]);
    const written = node.outputs.map((name, i) => shapes[i] ?? this.written(name));
    const name = node.domain === '' ? node.op : `${node.domain}.${node.op}`;
    const seen = this.unknown.get(name) ?? { count: 0, first: path, assumed: false };
    seen.count++;
    seen.assumed ||= written.some((shape) => !shape);
    this.unknown.set(name, seen);
    return this.builder.addUnknown(
      name,
      inputs,
      written.map((shape) => shape ?? first),
      { path },
      params,
    );
  }

  /** A layer is called as its weights are, where they have names of their own; `/layer1/conv1/Conv` says it too. */
  private pathOf({ inputs, name, op }: OnnxNode, index: number): string {
    const weights = inputs.flatMap((input) => this.weights.get(input)?.tensor.name ?? []);
    const named = weights.find((weight) => parameter.test(weight));
    return named === undefined ? name.replace(/^\//, '') || `${op}_${index}` : ownerOf(named);
  }
}

/** The two axes of a matrix change places, which is also what happens where nothing is said. */
const isSwap = (perm: unknown): boolean =>
  perm === undefined || (Array.isArray(perm) && perm.length === 2 && perm[0] === 1 && perm[1] === 0);

/** What frameworks call the parameters of layers. */
const parameter = /[./](weight|bias|gamma|beta|kernel|running_mean|running_var)$/;

const ownerOf = (name: string): string => name.replace(/[./][^./]*$/, '');

const isFloat = ({ type }: OnnxTensor): boolean => /^(F|BF)/.test(type);

const paramOf = ({ name, dims }: OnnxTensor): Param => ({
  name,
  shape: dims,
  axes: storedAxes(dims, 'torch'),
  dtype: 'float32',
  trainable: true,
  init: { kind: 'constant', value: 0 },
});

/** Element types as ONNX counts them. */
const dtypeOf = (type: number): DType =>
  type === 9 ? 'bool' : [2, 3, 4, 5, 6, 7, 12, 13].includes(type) ? 'int32' : 'float32';

function unknownNote([name, { count, first, assumed }]: [
  string,
  { count: number; first: string; assumed: boolean },
]): string {
  const where = count === 1 ? first : `${count} nodes, the first is ${first}`;
  const shapes = assumed ? '; shapes after it are taken as its input’s' : '';
  return `${name} is a barrier (${where}): channels are not followed through it${shapes}`;
}
