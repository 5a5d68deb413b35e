// Where a detector's levels have met: the maps that distillation compares before the head reads them.
import { detectionMaps } from './detection-maps';
import type { GraphNode, ModelGraph, ValueId } from './model-graph';
import { activations } from './ops/activations';

/**
 * Outputs of the C2f blocks (Ultralytics) that read joined levels, in the order of the graph; of a detector without such,
 * what each level's branches of the head have in common. Empty where there is no detection head.
 */
export function neckMaps(graph: ModelGraph): readonly ValueId[] {
  const maps = detectionMaps(graph);
  if (maps.length === 0) return [];
  const blocks = blocksOfTheNeck(graph);
  return blocks.length > 0 ? blocks : [...new Set(maps.map((map) => readByHead(graph, map)))];
}

/** A C2f cuts what its first convolution makes in two, and joins both with what its bottlenecks make of the second. */
function blocksOfTheNeck(graph: ModelGraph): ValueId[] {
  const makers = makersOf(graph);
  const readers = readersOf(graph);
  return graph.nodes.flatMap((join) => {
    const parts = join.inputs.map((id) => makers.get(id)).filter((node) => node?.op === 'slice');
    const [source] = parts.map((node) => node!.inputs[0]!);
    const isBlock =
      join.op === 'concat' && parts.length > 1 && parts.every((node) => node!.inputs[0] === source);
    if (!isBlock || makers.get(before(makers, source!))?.op !== 'concat') return [];
    const [last, ...others] = readers.get(join.outputs[0]!) ?? [];
    return last?.op === 'conv2d' && others.length === 0 ? [after(readers, last)] : [];
  });
}

const isNormOrActivation = ({ op }: GraphNode): boolean =>
  op === 'batchNorm2d' || activations.some(({ kind }) => kind === op);

/** What the convolution reads whose answer, normed and activated, a value is. */
function before(makers: ReadonlyMap<ValueId, GraphNode>, value: ValueId): ValueId {
  let maker = makers.get(value);
  while (maker && isNormOrActivation(maker)) maker = makers.get(maker.inputs[0]!);
  return maker?.op === 'conv2d' ? maker.inputs[0]! : value;
}

/** A convolution's answer, normed and activated. */
function after(readers: ReadonlyMap<ValueId, readonly GraphNode[]>, { outputs: [made] }: GraphNode): ValueId {
  let value = made!;
  for (;;) {
    const [next, ...others] = readers.get(value) ?? [];
    if (!next || others.length > 0 || !isNormOrActivation(next)) return value;
    value = next.outputs[0]!;
  }
}

/** The last value that all of a map is made from. */
function readByHead(graph: ModelGraph, map: ValueId): ValueId {
  const places = new Map(graph.nodes.flatMap((node, i) => node.outputs.map((id) => [id, i] as const)));
  const open = new Set([map]);
  let convolved = false;
  while (open.size > 1 || !convolved) {
    // The one that is made last: nothing else in front of it leads back to it.
    const last = [...open].reduce((a, b) => ((places.get(b) ?? -1) > (places.get(a) ?? -1) ? b : a));
    const maker = graph.nodes[places.get(last) ?? -1];
    if (!maker) return last;
    open.delete(last);
    maker.inputs.forEach((id) => open.add(id));
    convolved ||= maker.op === 'conv2d';
  }
  return [...open][0]!;
}

const makersOf = ({ nodes }: ModelGraph): Map<ValueId, GraphNode> =>
  new Map(nodes.flatMap((node) => node.outputs.map((id) => [id, node] as const)));

function readersOf({ nodes }: ModelGraph): Map<ValueId, GraphNode[]> {
  const readers = new Map<ValueId, GraphNode[]>();
  for (const node of nodes)
    for (const id of new Set(node.inputs)) readers.set(id, [...(readers.get(id) ?? []), node]);
  return readers;
}
