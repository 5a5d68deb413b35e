// Collects nodes and initialisers while ops are exported, and keeps every value in the forms that were asked for.
import type { TrainedModel } from '../../../core/graph/tensor';
import type { ValueId } from '../../../core/graph/model-graph';
import { isBatch, type Shape } from '../../../core/graph/shape';
import { permuteAxes } from '../../../core/sparsity/permute';
import { type Emitted, type Form, longs } from './op';
import type { OnnxAttr, OnnxBody, OnnxNode, OnnxTensor } from './proto';

const toImage = [0, 3, 1, 2];
const toPlain = [0, 2, 3, 1];

export class Emitter {
  nodes: OnnxNode[] = [];
  readonly initializers = new Map<string, OnnxTensor>();
  private readonly forms = new Map<ValueId, Partial<Record<Form, string>>>();
  private readonly taken = new Set<string>();
  /** The order of axes in which a parameter was stored under its own name. */
  readonly orders = new Map<string, readonly number[]>();
  private readonly constants = new Map<string, string>();
  private batchAt: { readonly input: string; readonly axis: number } | undefined;
  private batch: string | undefined;

  constructor(readonly model: TrainedModel) {
    // Parameters keep their names, so values must stay clear of them.
    for (const name of Object.keys(model.graph.params)) this.taken.add(name);
  }

  /** A name nobody has yet: the wish itself, or with a number after it. */
  unique(wish: string): string {
    let name = wish;
    for (let i = 1; this.taken.has(name); i++) name = `${wish}_${i}`;
    this.taken.add(name);
    return name;
  }

  emit(
    path: string,
    op: string,
    inputs: readonly string[],
    attrs: Readonly<Record<string, OnnxAttr>> = {},
  ): string {
    return this.emitAll(path, op, inputs, 1, attrs)[0]!;
  }

  emitAll(
    path: string,
    op: string,
    inputs: readonly string[],
    count: number,
    attrs: Readonly<Record<string, OnnxAttr>> = {},
  ): string[] {
    const name = this.unique(path ? `${path}/${op}` : op);
    const outputs = Array.from({ length: count }, (_, i) => (i === 0 ? name : this.unique(`${name}_${i}`)));
    this.nodes.push({ op, name, inputs, outputs, attrs });
    return outputs;
  }

  /**
   * What is emitted by `build` goes into a body of its own. Its values are floats.
   * @param build gets the names of the body's inputs and answers with its outputs.
   */
  body(
    path: string,
    inputs: readonly Shape[],
    outputs: readonly Shape[],
    build: (names: readonly string[]) => readonly string[],
  ): OnnxBody {
    const outside = this.nodes;
    const nodes: OnnxNode[] = [];
    const name = this.unique(`${path}/body`);
    const value = (name: string, shape: Shape) => ({ name, shape, type: 'float' }) as const;
    const given = inputs.map((shape) => value(this.unique(`${name}/input`), shape));
    this.nodes = nodes;
    try {
      const made = build(given.map(({ name }) => name));
      return { name, nodes, inputs: given, outputs: outputs.map((shape, i) => value(made[i]!, shape)) };
    } finally {
      this.nodes = outside;
    }
  }

  /** An input of the file, which the batch size is read from where a shape needs it. */
  knowBatch(input: string, shape: Shape): void {
    const axis = shape.findIndex((dim) => isBatch(dim) && dim.batch === 1);
    if (axis >= 0) this.batchAt ??= { input, axis };
  }

  /** A shape as a 1-D value. */
  shape(dims: Shape): string {
    if (!dims.some(isBatch)) return this.constant(longs(dims as readonly number[]));
    const sizes = dims.map((dim) =>
      isBatch(dim) ? this.batchTimes(dim.batch) : this.constant(longs([dim])),
    );
    const [first] = sizes;
    return sizes.length === 1 ? first! : this.emit('', 'Concat', sizes, { axis: { int: 0 } });
  }

  private batchTimes(count: number): string {
    if (!this.batchAt) throw new Error('no input of the model has the batch size');
    const { input, axis } = this.batchAt;
    this.batch ??= this.emit('', 'Shape', [input], { start: { int: axis }, end: { int: axis + 1 } });
    return count === 1 ? this.batch : this.emit('', 'Mul', [this.batch, this.constant(longs([count]))]);
  }

  define(value: ValueId, { name, form }: Emitted): void {
    this.forms.set(value, { [this.effective(value, form)]: name });
  }

  has(value: ValueId, form: Form): boolean {
    return this.forms.get(value)?.[this.effective(value, form)] !== undefined;
  }

  /** The value in a form, transposed once if it only exists in the other. */
  take(value: ValueId, form: Form): string {
    const forms = this.forms.get(value);
    if (!forms) throw new Error(`no node makes value ${value} before it is used`);
    const wanted = this.effective(value, form);
    const perm = wanted === 'image' ? toImage : toPlain;
    return (forms[wanted] ??= this.emit('', 'Transpose', [forms.image ?? forms.plain!], {
      perm: { ints: perm },
    }));
  }

  /** Stores a parameter once; a second use in another order of axes gets a name of its own. */
  param(name: string, order: readonly number[]): string {
    const { graph, weights } = this.model;
    const tensor = weights.get(name);
    const declared = graph.params[name]?.shape ?? [];
    if (!tensor) throw new Error(`${name} has no values`);
    if (tensor.shape.join() !== declared.join())
      throw new Error(`${name} is ${tensor.shape.join('×')} but the graph says ${declared.join('×')}`);
    if (this.orders.get(name)?.join() === order.join()) return name;
    const isAsIs = tensor.data instanceof Int32Array || order.every((axis, i) => axis === i);
    const stored = isAsIs
      ? tensor
      : {
          shape: order.map((axis) => tensor.shape[axis]!),
          data: permuteAxes(tensor.data, tensor.shape, order),
        };
    if (this.orders.has(name)) return this.constant(stored);
    this.orders.set(name, order);
    this.initializers.set(name, stored);
    return name;
  }

  constant(tensor: OnnxTensor): string {
    const { shape, data } = tensor;
    const key = `${data.constructor.name} ${shape.join()} ${data.join()}`;
    const known = this.constants.get(key);
    if (known) return known;
    const name = this.unique('constant');
    this.constants.set(key, name);
    this.initializers.set(name, tensor);
    return name;
  }

  /** A copy of a value under a name that is given, not chosen. */
  identity(value: string, name: string): void {
    this.nodes.push({ op: 'Identity', name, inputs: [value], outputs: [name], attrs: {} });
  }

  makes(name: string): boolean {
    return this.nodes.some(({ outputs }) => outputs.includes(name));
  }

  /** Renames values wherever they are made or used. */
  rename(names: ReadonlyMap<string, string>): void {
    const apply = (list: readonly string[]) => list.map((name) => names.get(name) ?? name);
    this.nodes = this.nodes.map((node) => ({
      ...node,
      inputs: apply(node.inputs),
      outputs: apply(node.outputs),
    }));
  }

  private effective(value: ValueId, form: Form): Form {
    const { graph } = this.model;
    return graph.layout === 'NHWC' && graph.values[value]?.shape.length === 4 ? form : 'plain';
  }
}
