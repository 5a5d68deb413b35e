// A model as a tree of modules down to its layers, with sums at every level: for the outline and the model view.
import { separatorOf } from '../graph/conventions';
import { nodeCost } from '../graph/cost';
import type { SourceRange } from '../graph/model-graph';
import type { LayerReport, ModelReport } from './report';

export interface OutlineNode {
  /** `layer1.0.conv1`; empty for the model. */
  readonly path: string;
  /** The last part of the path; the model's own name at the top. */
  readonly name: string;
  /** A class such as `Bottleneck`, an op such as `conv2d`, or nothing where only the path is known. */
  readonly type: string;
  /** Sums of everything below. */
  readonly params: number;
  readonly paramShare: number;
  readonly flops: number;
  readonly flopShare: number;
  /** Where it is built. */
  readonly source: readonly SourceRange[];
  /** Present where this is a layer. */
  readonly layer?: LayerReport;
  readonly children: readonly OutlineNode[];
}

interface Draft {
  readonly path: string;
  readonly name: string;
  type: string;
  params: number;
  flops: number;
  source: readonly SourceRange[];
  layer?: LayerReport;
  readonly children: Map<string, Draft>;
}

/** Modules without parameters are left out: what they cost is in the sums of the modules around them. */
export function outline(report: ModelReport): OutlineNode {
  const root = draft('', report.graph.name);
  const parts = partsOf(separatorOf(report.graph.framework));
  for (const [i, layer] of report.layers.entries()) {
    const holder = [...along(root, parts(layer.path))].at(-1) ?? root;
    // Two layers of one path are a module that uses its parameters in two ways.
    const own = holder.layer || holder === root ? draft(layer.path, layer.op) : holder;
    if (own !== holder) {
      Object.assign(own, { params: layer.params, flops: layer.flops });
      holder.children.set(`${layer.op} ${i}`, own);
    }
    Object.assign(own, { layer, source: layer.source, type: layer.op });
    for (const above of lineage(root, parts(layer.path))) above.params += layer.params;
  }
  for (const node of report.graph.nodes) {
    const { flops } = nodeCost(report.graph, node);
    if (flops > 0) for (const above of lineage(root, parts(node.path))) above.flops += flops;
  }
  for (const { path, type, source } of report.modules) {
    const at = [...lineage(root, parts(path))].at(-1);
    if (at?.path !== path) continue;
    if (!at.layer) at.source = source ? [source] : [];
    at.type = type;
  }
  const ranks = new Map(report.modules.map(({ path }, rank) => [path, rank]));
  return finish(withoutRoof(root), report, ranks);
}

/** Keras puts everything in a subclassed or sequential model under the model's own name: one level says nothing. */
function withoutRoof(root: Draft): Draft {
  const [only, ...others] = root.children.values();
  const isRoof = only && others.length === 0 && only.type === '' && !only.layer;
  return isRoof ? { ...root, children: only.children } : root;
}

/** A part of a path, and the path down to it. */
interface Part {
  readonly name: string;
  readonly path: string;
}

const partsOf =
  (separator: string) =>
  (path: string): Part[] => {
    const names = path === '' ? [] : path.split(separator);
    return names.map((name, i) => ({ name, path: names.slice(0, i + 1).join(separator) }));
  };

const draft = (path: string, name: string): Draft => ({
  ...{ path, name, type: '', params: 0, flops: 0, source: [] },
  children: new Map<string, Draft>(),
});

/** The nodes along a path below the root, made where they are missing. */
function* along(root: Draft, parts: readonly Part[]): Generator<Draft> {
  let node = root;
  for (const { name, path } of parts) {
    let child = node.children.get(name);
    if (!child) node.children.set(name, (child = draft(path, name)));
    node = child;
    yield node;
  }
}

/** The nodes along a path that exist, the root first. */
function* lineage(root: Draft, parts: readonly Part[]): Generator<Draft> {
  yield root;
  let node: Draft | undefined = root;
  for (const { name } of parts) {
    node = node.children.get(name);
    if (!node) return;
    yield node;
  }
}

/** Layers come in the order of their first call; people know their modules in the order in which they wrote them. */
function finish(node: Draft, report: ModelReport, ranks: ReadonlyMap<string, number>): OutlineNode {
  const { path, name, type, params, flops, source, layer } = node;
  const { params: allParams, flops: allFlops } = report.totals;
  return {
    ...{ path, name, type, params, flops, source },
    paramShare: allParams > 0 ? params / allParams : 0,
    flopShare: allFlops > 0 ? flops / allFlops : 0,
    ...(layer ? { layer } : {}),
    children: [...node.children.values()]
      .sort((a, b) => (ranks.get(a.path) ?? 0) - (ranks.get(b.path) ?? 0))
      .map((child) => finish(child, report, ranks)),
  };
}
