// Builds a model graph node by node; the one door through which every frontend enters.
import { isDepthwise, paramFor } from './conventions';
import type {
  Attrs,
  DType,
  Framework,
  GraphNode,
  Init,
  Layout,
  ModelGraph,
  Param,
  ParamName,
  SourceRange,
  Value,
  ValueId,
} from './model-graph';
import { ops } from './ops/table';
import { formatShape, type Shape, ShapeError } from './shape';

export interface NodePlace {
  readonly path: string;
  readonly source?: readonly SourceRange[];
  /** How this layer's parameters start, where it is not the op table's default (PyTorch's). */
  readonly init?: (role: string, param: Param) => Init;
  /** This layer's parameters stay as they start. */
  readonly frozen?: boolean;
  /** Declared parameters that play the op's roles, where they are not those of a module at `path`. */
  readonly params?: Readonly<Record<string, ParamName>>;
  /** What the parameters that the op declares are called, by role, where that does not follow from the path. */
  readonly names?: Readonly<Record<string, ParamName>>;
}

/** Creates values, nodes and parameters. Shape rules come from the op table and throw ShapeError. */
export class GraphBuilder {
  private readonly values: Record<ValueId, Value> = {};
  private readonly params: Record<string, Param> = {};
  private readonly nodes: GraphNode[] = [];
  private readonly inputs: ValueId[] = [];
  private valueCount = 0;

  constructor(
    readonly framework: Framework,
    readonly layout: Layout = framework === 'keras' || framework === 'tfjs' ? 'NHWC' : 'NCHW',
  ) {}

  input(shape: Shape, dtype: DType = 'float32'): ValueId {
    const id = this.value(shape, dtype);
    this.inputs.push(id);
    return id;
  }

  shapeOf(id: ValueId): Shape {
    return this.valueOf(id).shape;
  }

  dtypeOf(id: ValueId): DType {
    return this.valueOf(id).dtype;
  }

  /**
   * Adds a node of a known op. Parameters are declared under `paramPath` (the module that owns them), once:
   * a module that is called twice makes two nodes that share their parameters.
   */
  add(
    op: string,
    inputs: readonly ValueId[],
    attrs: Attrs,
    place: NodePlace,
    paramPath = place.path,
  ): ValueId[] {
    const def = ops.get(op);
    if (!def) return this.addUnknown(op, inputs, [], place);
    const shapes = def.shape(
      inputs.map((id) => this.shapeOf(id)),
      attrs,
      { layout: this.layout },
    );
    const params = place.params
      ? this.adopt(op, attrs, place.params)
      : def.params
        ? this.declare(op, paramPath, attrs, place.init, place.names)
        : {};
    if (place.frozen) for (const name of Object.values(params)) this.freeze(name);
    const given = inputs.map((id) => this.dtypeOf(id));
    const dtypes = def.dtypes?.(given, attrs) ?? shapes.map(() => widest(given));
    return this.push({ op, inputs, attrs, params }, shapes, dtypes, place);
  }

  /** Declares the parameters of a layer that may never be called, so that counts stay exact. Returns role → name. */
  declare(
    op: string,
    path: string,
    attrs: Attrs,
    init?: NodePlace['init'],
    names: NodePlace['names'] = {},
  ): Record<string, string> {
    const specs = ops.get(op)?.params?.(attrs) ?? [];
    const byRole: Record<string, string> = {};
    for (const own of specs) {
      const name = names[own.role];
      const spec = name === undefined ? own : { ...own, name };
      const param = paramFor(this.framework, op, path, spec, isDepthwise(op, attrs));
      const known = this.params[param.name];
      // One that was declared free-standing keeps its place in the order, and learns what it is.
      if (!known || this.isFree(known, param))
        this.params[param.name] = {
          ...param,
          ...known,
          axes: param.axes,
          init: init ? init(spec.role, param) : (known?.init ?? param.init),
        };
      const { shape } = this.params[param.name]!;
      if (spec.name !== undefined && shape.join() !== param.shape.join())
        throw new ShapeError(`${spec.name} is ${formatShape(shape)}, not ${formatShape(param.shape)}`);
      byRole[spec.role] = param.name;
    }
    return byRole;
  }

  /** Says what the axes mean of parameters that were declared free-standing and turn out to play an op's roles. */
  private adopt(
    op: string,
    attrs: Attrs,
    byRole: Readonly<Record<string, ParamName>>,
  ): Record<string, string> {
    for (const spec of ops.get(op)?.params?.(attrs) ?? []) {
      const name = byRole[spec.role];
      const param = name === undefined ? undefined : this.params[name];
      const meant = paramFor(this.framework, op, '', spec, isDepthwise(op, attrs));
      if (param && this.isFree(param, meant) && param.shape.join() === meant.shape.join())
        this.params[param.name] = { ...param, axes: meant.axes };
    }
    return { ...byRole };
  }

  private freeze(name: ParamName): void {
    const param = this.params[name];
    if (param) this.params[name] = { ...param, frozen: true };
  }

  private isFree({ axes }: Param, { axes: known }: Pick<Param, 'axes'>): boolean {
    return axes.length === known.length && axes.every((axis) => axis === 'other');
  }

  /** Notes another name under which the framework lists a declared parameter (tied weights, a module used twice). */
  alias(name: ParamName, of: ParamName): void {
    const param = this.params[of];
    if (param) this.params[of] = { ...param, aliases: [...(param.aliases ?? []), name] };
  }

  /** Declares a free-standing parameter (`nn.Parameter`, a registered buffer). */
  declareParam(param: Param): void {
    this.params[param.name] ??= param;
  }

  /**
   * Adds a barrier for an op the table does not know; `outputs` are its shapes, as far as they can be known, and `params`
   * the declared parameters that it uses.
   */
  addUnknown(
    name: string,
    inputs: readonly ValueId[],
    outputs: readonly Shape[],
    place: NodePlace,
    params: GraphNode['params'] = {},
  ): ValueId[] {
    const dtypes = outputs.map((): DType => 'float32');
    return this.push({ op: 'unknown', inputs, attrs: { name }, params }, outputs, dtypes, place);
  }

  finish(name: string, outputs: readonly ValueId[]): ModelGraph {
    const { framework, layout, inputs, values, nodes, params } = this;
    return { name, framework, layout, inputs, outputs, values, nodes, params };
  }

  private push(
    node: Pick<GraphNode, 'op' | 'inputs' | 'attrs' | 'params'>,
    shapes: readonly Shape[],
    dtypes: readonly DType[],
    { path, source = [] }: NodePlace,
  ): ValueId[] {
    const outputs = shapes.map((shape, i) => this.value(shape, dtypes[i] ?? 'float32'));
    this.nodes.push({ id: `n${this.nodes.length}`, ...node, outputs, path, source });
    return outputs;
  }

  private value(shape: Shape, dtype: DType): ValueId {
    const id = `v${this.valueCount++}`;
    this.values[id] = { id, shape, dtype };
    return id;
  }

  private valueOf(id: ValueId): Value {
    const value = this.values[id];
    if (!value) throw new Error(`no value ${id} in this graph`);
    return value;
  }
}

/** What arithmetic on these makes. */
const widest = (dtypes: readonly DType[]): DType =>
  (['float32', 'int32', 'bool'] as const).find((dtype) => dtypes.includes(dtype)) ?? 'float32';
