// Answers the stand-ins' requests: shape rules from the op table, nodes into a graph, modules out of the workspace.
import { GraphBuilder, type NodePlace } from '../../../core/graph/builder';
import { paramName } from '../../../core/graph/conventions';
import type {
  Attrs,
  Framework,
  Init,
  Layout,
  Param,
  SourceRange,
  ValueId,
} from '../../../core/graph/model-graph';
import { ops } from '../../../core/graph/ops/table';
import { type Shape, ShapeError } from '../../../core/graph/shape';
import type { FrontendDiagnostic, TracedModel } from '../frontend';
import type { TraceJob } from './protocol';
import { versionsIn } from './distributions';
import { canonical } from './canonical';
import { moduleTree } from './module-tree';
import { isPlace, toRange } from './ranges';
import { readShape, RequestError, type Requests, text } from './requests';
import { Workspace } from './workspace';

/** A graph beyond this is a loop gone wild, or more than any view could show. */
const maxNodes = 50_000;
const maxModels = 100;
const maxDiagnostics = 50;

/** What a module owns, as Python tells it. */
interface ModuleRecord {
  readonly path: string;
  readonly op?: string;
  readonly attrs?: Attrs;
  readonly own: readonly OwnParam[];
}
type OwnParam = readonly [
  name: string,
  shape: number[],
  dtype: string,
  trainable: boolean,
  init: Init | null,
];

function readFramework(request: Record<string, unknown>): Framework {
  const framework = text(request, 'framework');
  if (framework === 'pytorch' || framework === 'keras') return framework;
  throw new RequestError(`no framework ${framework}`);
}

const readLayout = (request: Record<string, unknown>): Layout =>
  request['layout'] === 'NHWC' ? 'NHWC' : 'NCHW';

export class Recorder implements Requests {
  readonly models: TracedModel[] = [];
  readonly diagnostics: FrontendDiagnostic[] = [];
  readonly workspace: Workspace;
  private versions: ReadonlyMap<string, string> | undefined;
  private readonly lines = new Map<string, readonly string[]>();
  private builder = new GraphBuilder('pytorch');
  private inits = new Map<string, Init>();
  private nodes = 0;

  constructor(
    private readonly traced: TraceJob,
    private readonly noticeInterrupt: () => void,
  ) {
    const { workspaceFolder: folder, packages, file, openFiles, text: source } = traced;
    this.workspace = new Workspace({ folder, packages, file, openFiles: new Map(openFiles) });
    this.lines.set(file, source.split('\n'));
  }

  job(): unknown {
    const { file, text: source, deadlineMs } = this.traced;
    return { file, text: source, name: this.workspace.moduleName, deadlineMs };
  }

  module(request: Record<string, unknown>): unknown {
    const dirs = request['dirs'] as readonly string[] | null | undefined;
    const found = this.workspace.find(
      text(request, 'name'),
      dirs ?? undefined,
      request['installed'] !== false,
    );
    if (found) this.lines.set(found.file, found.text.split('\n'));
    return found ?? null;
  }

  /** The version of an installed distribution, or null. */
  distribution(request: Record<string, unknown>): unknown {
    this.versions ??= versionsIn(this.traced.packages);
    return this.versions.get(text(request, 'name')) ?? null;
  }

  /** Role, shape and trainability of the parameters of a layer. Throws ShapeError where its numbers cannot be. */
  params(request: Record<string, unknown>): unknown {
    const specs = ops.get(text(request, 'op'))?.params?.(request['attrs'] as Attrs) ?? [];
    return specs.map(({ role, shape, trainable = true }) => [role, shape, trainable]);
  }

  /** Shapes without a node: for tensors that are no part of the model, such as `torch.zeros(2, 3) @ w`. */
  shape(request: Record<string, unknown>): unknown {
    const op = ops.get(text(request, 'op'));
    if (!op) throw new RequestError(`no op ${String(request['op'])}`);
    const shapes = (request['shapes'] as unknown[]).map(readShape);
    return op.shape(shapes, request['attrs'] as Attrs, { layout: readLayout(request) });
  }

  begin(request: Record<string, unknown>): unknown {
    this.builder = new GraphBuilder(readFramework(request), readLayout(request));
    this.inits = new Map();
    this.nodes = 0;
    for (const module of request['modules'] as readonly ModuleRecord[]) this.declare(module);
    return (request['inputs'] as unknown[]).map((shape) => this.builder.input(readShape(shape)));
  }

  add(request: Record<string, unknown>): unknown {
    this.countNode();
    const inputs = request['inputs'] as ValueId[];
    const shapes = inputs.map((id) => this.builder.shapeOf(id));
    const [op, attrs] = canonical(text(request, 'op'), request['attrs'] as Attrs, shapes);
    const paramPath = typeof request['paramPath'] === 'string' ? request['paramPath'] : undefined;
    return this.answer(this.builder.add(op, inputs, attrs, this.place(request), paramPath));
  }

  unknown(request: Record<string, unknown>): unknown {
    this.countNode();
    const shapes = (request['shapes'] as unknown[]).map(readShape);
    return this.answer(
      this.builder.addUnknown(
        text(request, 'name'),
        request['inputs'] as ValueId[],
        shapes,
        this.place(request),
      ),
    );
  }

  finish(request: Record<string, unknown>): unknown {
    if (this.models.length >= maxModels) return null;
    const graph = this.builder.finish(text(request, 'name'), request['outputs'] as ValueId[]);
    const source = this.range(request['source']);
    const notes = (request['notes'] as unknown[]).map(String).slice(0, 20);
    const tree = moduleTree(request, (place) => this.range(place));
    this.models.push({ graph, ...(source ? { source } : {}), notes, ...tree });
    return null;
  }

  problem(request: Record<string, unknown>): unknown {
    const range = this.range(request['place']);
    if (!range || this.diagnostics.length >= maxDiagnostics) return null;
    const severity = request['severity'] as FrontendDiagnostic['severity'];
    const message = text(request, 'message').slice(0, 500);
    this.diagnostics.push({ range, severity, code: text(request, 'code'), message });
    return null;
  }

  interrupted(): unknown {
    this.noticeInterrupt();
    return null;
  }

  private declare({ path, op, attrs, own }: ModuleRecord): void {
    const named = (name: string) => paramName(this.builder.framework, path, name);
    for (const [name, , , , init] of own) if (init) this.inits.set(named(name), init);
    if (op && attrs) this.builder.declare(op, path, attrs, this.init);
    for (const [name, shape, dtype, trainable, init] of own) {
      this.builder.declareParam({
        name: named(name),
        shape,
        dtype: dtype === 'int32' || dtype === 'bool' ? dtype : 'float32',
        axes: shape.map(() => 'other' as const),
        trainable,
        init: init ?? { kind: 'constant', value: 0 },
      });
    }
  }

  private readonly init = (_role: string, param: Param): Init => this.inits.get(param.name) ?? param.init;

  private place(request: Record<string, unknown>): NodePlace {
    const source = (request['source'] as unknown[]).flatMap((place) => this.range(place) ?? []);
    return { path: text(request, 'path'), source, init: this.init };
  }

  private range(place: unknown): SourceRange | undefined {
    return isPlace(place) ? toRange(place, (file) => this.lines.get(file)) : undefined;
  }

  private answer(ids: readonly ValueId[]): [ValueId, Shape][] {
    return ids.map((id) => [id, this.builder.shapeOf(id)]);
  }

  private countNode(): void {
    this.nodes += 1;
    if (this.nodes > maxNodes) throw new ShapeError(`forward makes more than ${maxNodes} operations`);
  }
}
