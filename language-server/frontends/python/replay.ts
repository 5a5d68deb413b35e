// Makes a model graph of what the stand-ins recorded: modules with their parameters, then nodes in order.
import { GraphBuilder, type NodePlace } from '../../../core/graph/builder';
import { paramName } from '../../../core/graph/conventions';
import type {
  Attrs,
  DType,
  Framework,
  Init,
  Layout,
  ModelGraph,
  Param,
  SourceRange,
  ValueId,
} from '../../../core/graph/model-graph';
import { canonical } from './canonical';
import { readShape, RequestError, text } from './requests';

/** What a module owns, as Python tells it. */
interface ModuleRecord {
  readonly path: string;
  readonly op?: string;
  readonly attrs?: Attrs;
  readonly own: readonly OwnParam[];
  /** Parameters that it shares with a module before it: its name for them, and their own. */
  readonly shared?: readonly (readonly [name: string, first: string])[];
}
type OwnParam = readonly [
  name: string,
  shape: number[],
  dtype: string,
  trainable: boolean,
  init: Init | null,
  frozen?: boolean,
];
type NodeRecord = readonly [
  op: string,
  inputs: readonly number[],
  attrs: Attrs,
  params: Readonly<Record<string, string>> | 'own',
  path: string,
  places: readonly number[],
  shapes: readonly unknown[] | null,
  outputs: number,
];

const maxNodes = 50_000;

export class GraphReplay {
  private readonly builder: GraphBuilder;
  private readonly inits = new Map<string, Init>();
  /** By the number that Python gave them. */
  private readonly values: ValueId[] = [];
  private readonly outputs: readonly number[];
  private readonly places: readonly (SourceRange | undefined)[];

  constructor(request: Record<string, unknown>, range: (place: unknown) => SourceRange | undefined) {
    this.builder = new GraphBuilder(readFramework(request), readLayout(request));
    this.outputs = request['outputs'] as readonly number[];
    this.places = (request['places'] as unknown[]).map(range);
    const modules = request['owners'] as readonly ModuleRecord[];
    const nodes = request['nodes'] as readonly NodeRecord[];
    if (nodes.length > maxNodes) throw new RequestError('too many nodes');
    for (const module of modules) this.declare(module);
    for (const [shape, dtype] of request['inputs'] as readonly [unknown, string][]) {
      this.values.push(this.builder.input(readShape(shape), dtypeOf(dtype)));
    }
    for (const node of nodes) this.add(node);
  }

  finish(name: string): ModelGraph {
    return this.builder.finish(name, this.outputs.map(this.valueAt));
  }

  private declare({ path, op, attrs, own, shared = [] }: ModuleRecord): void {
    const named = (name: string) => paramName(this.builder.framework, path, name);
    for (const [name, , , , init] of own) if (init) this.inits.set(named(name), init);
    for (const [name, shape, dtype, trainable, init, frozen] of own) {
      this.builder.declareParam({
        name: named(name),
        shape,
        dtype: dtypeOf(dtype),
        axes: shape.map(() => 'other' as const),
        trainable,
        init: init ?? { kind: 'constant', value: 0 },
        ...(frozen ? { frozen } : {}),
      });
    }
    if (op && attrs) this.builder.declare(op, path, attrs, this.init);
    for (const [name, first] of shared) this.builder.alias(named(name), first);
  }

  private add([op, inputs, attrs, params, path, places, shapes, count]: NodeRecord): void {
    const source = places.flatMap((index) => this.places[index] ?? []);
    const place: NodePlace = { path, source, init: this.init, ...(params === 'own' ? {} : { params }) };
    const ids = inputs.map(this.valueAt);
    let made: readonly ValueId[];
    if (op === 'unknown') {
      made = this.builder.addUnknown(text(attrs, 'name'), ids, (shapes ?? []).map(readShape), place);
    } else {
      const [kind, said] = canonical(
        op,
        attrs,
        ids.map((id) => this.builder.shapeOf(id)),
      );
      made = this.builder.add(kind, ids, said, place);
    }
    if (made.length !== count) throw new RequestError(`${op} makes ${made.length} tensors, not ${count}`);
    this.values.push(...made);
  }

  private readonly valueAt = (index: number): ValueId => {
    const id = this.values[index];
    if (id === undefined) throw new RequestError(`no value ${index}`);
    return id;
  };

  private readonly init = (_role: string, param: Param): Init => this.inits.get(param.name) ?? param.init;
}

export const readLayout = (request: Record<string, unknown>): Layout =>
  request['layout'] === 'NHWC' ? 'NHWC' : 'NCHW';

function readFramework(request: Record<string, unknown>): Framework {
  const framework = text(request, 'framework');
  if (framework === 'pytorch' || framework === 'keras') return framework;
  throw new RequestError(`no framework ${framework}`);
}

const dtypeOf = (name: string): DType => (name === 'int32' || name === 'bool' ? name : 'float32');
