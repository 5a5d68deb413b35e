// The paths by which a recipe can name layers of a model, with what they are: layers, and the modules around them.
import { formatExact } from './format';
import { outline, type OutlineNode } from './outline';
import type { LayerReport, ModelReport } from './report';
import { formatShape } from '../graph/shape';
import type { SourceRange } from '../graph/model-graph';

export interface LayerPath {
  readonly path: string;
  /** `conv2d · 64×3×7×7 · 9,408 params`, or for modules their class and size. */
  readonly detail: string;
  readonly layer: LayerReport | undefined;
  readonly source: readonly SourceRange[];
}

/** Those with weights to prune, and modules that hold one, outermost first. */
export function layerPaths(report: ModelReport): LayerPath[] {
  const list = (node: OutlineNode): LayerPath[] => {
    const inside = node.children.flatMap(list);
    const prunable = node.layer !== undefined && node.layer.patterns.length > 0;
    if (node.path === '' || (!prunable && inside.length === 0)) return inside;
    return [{ path: node.path, detail: detail(node), layer: node.layer, source: node.source }, ...inside];
  };
  return list(outline(report));
}

function detail({ type, layer, params }: OutlineNode): string {
  const shape = layer ? [layer.weight.join('×'), formatShape(layer.output)] : [];
  return [type, ...shape, `${formatExact(params)} params`].filter((part) => part !== '').join(' · ');
}
