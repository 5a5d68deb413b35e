// Answers the stand-ins' requests: shape rules from the op table, nodes into a graph, modules out of the workspace.
import type { Attrs, SourceRange } from '../../../core/graph/model-graph';
import { ops } from '../../../core/graph/ops/table';
import type { FrontendDiagnostic, TracedModel } from '../frontend';
import type { Imported } from './ahead';
import type { TraceJob } from './protocol';
import { versionsIn } from './distributions';
import { moduleTree } from './module-tree';
import { GraphReplay, readLayout } from './replay';
import { isPlace, toRange } from './ranges';
import { readShape, RequestError, type Requests, text } from './requests';
import { usesOf } from './uses';
import { Workspace } from './workspace';
import { writtenNumbers } from './written-numbers';

/** Where the sandbox has it; this is no path of the host's. */
const standardLibrary = '/lib/python';
const maxModels = 100;
const maxDiagnostics = 50;

export class Recorder implements Requests {
  readonly models: TracedModel[] = [];
  readonly diagnostics: FrontendDiagnostic[] = [];
  readonly workspace: Workspace;
  importedFiles: Imported = [];
  private versions: ReadonlyMap<string, string> | undefined;
  private readonly texts = new Map<string, string | readonly string[]>();

  constructor(
    private readonly traced: TraceJob,
    private readonly noticeInterrupt: () => void,
  ) {
    const { workspaceFolder: folder, packages, file, openFiles, text: source } = traced;
    this.workspace = new Workspace({ folder, packages, file, openFiles: new Map(openFiles) });
    this.texts.set(file, source);
  }

  job(): unknown {
    const { file, text: source, packages, deadlineMs, written, ahead = [] } = this.traced;
    return { file, text: source, name: this.workspace.moduleName, packages, deadlineMs, written, ahead };
  }

  module(request: Record<string, unknown>): unknown {
    const dirs = request['dirs'] as readonly string[] | null | undefined;
    const inside = request['inside'] as readonly string[] | undefined;
    const name = text(request, 'name');
    const found = inside
      ? this.workspace.findInside(inside, name)
      : this.workspace.find(name, dirs ?? undefined, request['installed'] !== false);
    if (found) this.texts.set(found.file, found.text);
    return found ?? null;
  }

  /** The version of an installed distribution, or null. */
  distribution(request: Record<string, unknown>): unknown {
    this.versions ??= versionsIn(this.traced.packages);
    return this.versions.get(text(request, 'name')) ?? null;
  }

  /** Texts of Python in the workspace that call one of these classes. */
  uses(request: Record<string, unknown>): unknown {
    const { workspaceFolder: folder, file } = this.traced;
    const names = request['names'];
    if (!Array.isArray(names)) throw new RequestError('names is not a list');
    const found = usesOf(names.map(String), { folder, file });
    found.forEach(({ file: place }) => this.workspace.looked.add(place));
    return found.map(({ python }) => python);
  }

  /** The op table's kinds: what is not among them becomes a barrier. */
  ops(): unknown {
    return [...ops.keys()];
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
    return op.shape(shapes, request['attrs'] as Attrs, {
      layout: readLayout(request),
    });
  }

  /** A whole model at once: what its modules own, and the nodes that forward made, numbered by their values. */
  graph(request: Record<string, unknown>): unknown {
    const replay = new GraphReplay(request, (place) => this.range(place));
    if (this.models.length >= maxModels) return null;
    const graph = replay.finish(text(request, 'name'));
    const source = this.range(request['source']);
    const notes = (request['notes'] as unknown[]).map(String).slice(0, 20);
    const range = (place: unknown) => this.range(place);
    const tree = moduleTree(request, range);
    const written = this.traced.written ? { written: writtenNumbers(request, graph, range) } : {};
    this.models.push({ graph, ...(source ? { source } : {}), notes, ...tree, ...written });
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

  /** What was imported from files; of the installed packages the next trace may have it ahead. */
  imported(request: Record<string, unknown>): unknown {
    this.importedFiles = (request['files'] as [string, string][]).filter(
      ([name, file]) =>
        /^[\w.]+$/u.test(name) && (file.startsWith(standardLibrary) || this.workspace.isInstalled(file)),
    );
    return null;
  }

  interrupted(): unknown {
    this.noticeInterrupt();
    return null;
  }

  private range(place: unknown): SourceRange | undefined {
    return isPlace(place) ? toRange(place, (file) => this.linesOf(file)) : undefined;
  }

  /** Split when first asked for: of a library's files few have places in them. */
  private linesOf(file: string): readonly string[] | undefined {
    const known = this.texts.get(file);
    if (typeof known !== 'string') return known;
    const lines = known.split('\n');
    this.texts.set(file, lines);
    return lines;
  }
}
