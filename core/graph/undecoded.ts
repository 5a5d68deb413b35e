// A detector that decodes its boxes itself, as YOLO files describe them, up to the maps that it decodes.
import type { GraphNode, ModelGraph, ValueId } from './model-graph';

/** The graph that answers the maps; the graph itself where it does so already, or decodes in a way that is not known. */
export function undecoded(graph: ModelGraph): ModelGraph {
  const maps = decodedMaps(graph);
  return maps ? { ...graph, outputs: maps, nodes: neededFor(graph, maps) } : graph;
}

/** N × (4 + classes) × cells, made of slices of all levels' cells side by side. */
function decodedMaps(graph: ModelGraph): ValueId[] | undefined {
  const [output, ...others] = graph.outputs;
  const shape = graph.values[output ?? '']?.shape;
  if (!shape || shape.length !== 3 || others.length > 0) return undefined;
  const maker = makers(graph);
  const classes = Number(shape[1]) - 4;
  for (const { op, attrs, inputs } of graph.nodes) {
    const [all] = inputs;
    const channels = Number(graph.values[all ?? '']?.shape[1]);
    const isBoxes = op === 'slice' && attrs['axis'] === 1 && attrs['start'] === 0;
    if (!all || !isBoxes || attrs['length'] !== channels - classes) continue;
    const joined = maker.get(all);
    const levels = joined?.op === 'concat' ? joined.inputs : [all];
    const maps = levels.map((id) => {
      const flat = maker.get(id);
      return flat?.op === 'reshape' ? flat.inputs[0] : undefined;
    });
    const known = maps.filter((id) => id !== undefined);
    const fit = known.every((id) => {
      const { shape: own } = graph.values[id]!;
      return own.length === 4 && Number(own[1]) === channels;
    });
    if (known.length === maps.length && fit) return known;
  }
  return undefined;
}

function neededFor(graph: ModelGraph, outputs: readonly ValueId[]): GraphNode[] {
  const maker = makers(graph);
  const needed = new Set<GraphNode>();
  const open = [...outputs];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = maker.get(id);
    if (!node || needed.has(node)) continue;
    needed.add(node);
    open.push(...node.inputs);
  }
  return graph.nodes.filter((node) => needed.has(node));
}

const makers = ({ nodes }: ModelGraph): Map<ValueId, GraphNode> =>
  new Map(nodes.flatMap((node) => node.outputs.map((id) => [id, node] as const)));
