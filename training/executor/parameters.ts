// The parameters of a graph as tf variables, in the kernels' layout; they come in and go out in the framework's own.
import type { GraphNode, ModelGraph, Param, ParamName } from '../../core/graph/model-graph';
import type { TensorData, Weights } from '../../core/graph/tensor';
import { tf } from '../../native/tf';
import { type Layouts, paramLayouts, turnKey } from './layout';
import { transposed } from './order';
import { seeded, seedFor } from './random';

export class Parameters {
  /** What a method trains or keeps beside the model: scales, factors, accumulators. Never handed on with the weights. */
  private readonly extras = new Map<ParamName, tf.Variable>();

  private constructor(
    readonly graph: ModelGraph,
    private readonly layouts: Layouts,
    private readonly variables: ReadonlyMap<ParamName, tf.Variable>,
    /** Buffers of whole numbers that kernels read: positions, masks. */
    private readonly constants: ReadonlyMap<ParamName, tf.Tensor>,
    /** What is no float, or no kernel uses (BatchNorm's step counter, a layer never called): carried along untouched. */
    private readonly rest: ReadonlyMap<ParamName, TensorData>,
  ) {}

  /** As the framework would start them, from a seed. */
  static initialise(graph: ModelGraph, seed: number): Parameters {
    return Parameters.load(graph, Parameters.initial(graph, seed));
  }

  /** What {@link Parameters.initialise} starts with, in the framework's layout. */
  static initial(graph: ModelGraph, seed: number): Map<ParamName, TensorData> {
    return new Map(Object.values(graph.params).map((param) => [param.name, initial(param, seed)]));
  }

  /** Throws one line that names the first parameter that is missing or has another shape. */
  static load(graph: ModelGraph, weights: Weights): Parameters {
    const layouts = paramLayouts(graph);
    const variables = new Map<ParamName, tf.Variable>();
    const constants = new Map<ParamName, tf.Tensor>();
    const rest = new Map<ParamName, TensorData>();
    for (const param of Object.values(graph.params)) {
      const tensor = checked(param, weights.get(param.name));
      const layout = layouts.stored.get(param.name);
      if (!layout || !(tensor.data instanceof Float32Array)) {
        rest.set(param.name, tensor);
        if (layout) constants.set(param.name, tf.tensor(tensor.data, [...layout.shape], param.dtype));
        continue;
      }
      const value = tf.tensor(layout.toKernel(tensor.data), [...layout.shape]);
      variables.set(param.name, tf.variable(value, param.trainable));
      value.dispose();
    }
    return new Parameters(graph, layouts, variables, constants, rest);
  }

  /** Whether a layer computes with a parameter of this name, and it is float. */
  has(name: ParamName): boolean {
    return this.variables.has(name);
  }

  /** Whether there is a variable of this name, of the model or of a method. */
  holds(name: ParamName): boolean {
    return this.variables.has(name) || this.extras.has(name);
  }

  variable(name: ParamName): tf.Variable {
    const variable = this.variables.get(name) ?? this.extras.get(name);
    if (!variable) throw new Error(`no layer computes with a parameter ${name}`);
    return variable;
  }

  /**
   * A variable of a method, saved with checkpoints: made at the first call, the same one afterwards.
   * @param name of no parameter. @param make its first value; the tensor passes to the variable.
   */
  extra(name: ParamName, make: () => tf.Tensor, trainable = true): tf.Variable {
    const known = this.extras.get(name);
    if (known) return known;
    const value = make();
    const variable = tf.variable(value, trainable);
    value.dispose();
    this.extras.set(name, variable);
    return variable;
  }

  /** All variables of the method, by name. */
  extraState(): [ParamName, tf.Variable][] {
    return [...this.extras];
  }

  /** The parameter that plays a role in a node, as its kernel wants it; undefined where the layer has none. */
  of(
    node: GraphNode,
    role: string,
    hook?: (name: ParamName, value: tf.Tensor) => tf.Tensor,
  ): tf.Tensor | undefined {
    const name = node.params[role];
    if (name === undefined) return undefined;
    const constant = this.constants.get(name);
    const stored = constant ?? this.variable(name);
    const tensor = hook && !constant ? hook(name, stored) : stored;
    const turn = this.layouts.turned.get(turnKey(node, role));
    return turn ? transposed(tensor, turn.order).reshape([...turn.shape]) : tensor;
  }

  /** Variables that training changes: parameters in the graph's order, then those of a method. */
  trainable(): [ParamName, tf.Variable][] {
    const own = [...this.variables].filter(([name]) => {
      const { trainable, frozen } = this.graph.params[name]!;
      return trainable && frozen !== true;
    });
    return [...own, ...[...this.extras].filter(([, { trainable }]) => trainable)];
  }

  /** All that is float and computed with: what training changes, and running statistics. */
  all(): [ParamName, tf.Variable][] {
    return [...this.variables];
  }

  /** One entry a weight in the framework's layout (a mask, a saliency) as a tensor beside the variable. */
  toKernel(name: ParamName, data: Float32Array): tf.Tensor {
    const layout = this.layouts.stored.get(name);
    if (!layout) throw new Error(`no layer computes with a parameter ${name}`);
    return tf.tensor(layout.toKernel(data), [...layout.shape]);
  }

  /** A tensor in the kernels' layout (a gradient, a moment) as data in the framework's. */
  async toFramework(name: ParamName, tensor: tf.Tensor): Promise<TensorData> {
    const data = this.layouts.stored.get(name)!.toFramework((await tensor.data()) as Float32Array);
    return { shape: this.graph.params[name]!.shape, data };
  }

  async save(): Promise<Map<ParamName, TensorData>> {
    const out = new Map<ParamName, TensorData>();
    for (const name of Object.keys(this.graph.params)) {
      const variable = this.variables.get(name);
      out.set(name, variable ? await this.toFramework(name, variable) : this.rest.get(name)!);
    }
    return out;
  }

  /** Gives a parameter other values, in the framework's layout. */
  write(name: ParamName, { shape, data }: TensorData): void {
    checked(this.graph.params[name]!, { shape, data });
    const value = this.toKernel(name, data as Float32Array);
    this.variable(name).assign(value);
    value.dispose();
  }

  dispose(): void {
    tf.dispose([...this.variables.values(), ...this.constants.values(), ...this.extras.values()]);
  }
}

function checked({ name, shape }: Param, tensor: TensorData | undefined): TensorData {
  if (!tensor) throw new Error(`the weights have no ${name}`);
  if (tensor.shape.join() !== shape.join()) {
    throw new Error(
      `${name} is ${tensor.shape.join('×')} in the weights but ${shape.join('×')} in the model`,
    );
  }
  return tensor;
}

function initial({ name, shape, dtype, init }: Param, seed: number): TensorData {
  const count = shape.reduce((n, dim) => n * dim, 1);
  if (init.kind === 'values' && init.data.length === count)
    return { shape, data: dtype === 'float32' ? Float32Array.from(init.data) : Int32Array.from(init.data) };
  if (dtype !== 'float32') {
    return { shape, data: new Int32Array(count).fill(init.kind === 'constant' ? init.value : 0) };
  }
  const random = seeded(seedFor(seed, name));
  const draw = {
    constant: () => (init.kind === 'constant' ? init.value : 0),
    uniform: () => (init.kind === 'uniform' ? (2 * random.next() - 1) * init.bound : 0),
    normal: () => (init.kind === 'normal' ? random.normal() * init.std : 0),
    values: () => 0,
  }[init.kind];
  return { shape, data: Float32Array.from({ length: count }, draw) };
}
