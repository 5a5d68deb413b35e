// Says which layers 2:4 has to leave out because their reduction does not divide by 4, and what width would fit.
import type { GraphNode, ModelGraph, NodeId, SourceRange, ValueId } from '../../graph/model-graph';
import { twoFour } from '../../sparsity/patterns/n-m';
import { weightMatrix } from '../../sparsity/weight-matrix';
import type { LayerReport } from '../report';
import type { Finding, Rule } from './rule';

/** One finding a line of source: a loop or a block class builds many layers on one line. */
export const nmDivisible: Rule = {
  id: 'nm-divisible',
  severity: 'information',

  check(report) {
    const lines = new Map<string, [Misfit, ...Misfit[]]>();
    const look = lookup(report.graph);
    for (const misfit of report.layers.flatMap((layer) => misfitOf(look, layer))) {
      const key = JSON.stringify(misfit.source);
      const known = lines.get(key);
      if (known) known.push(misfit);
      else lines.set(key, [misfit]);
    }
    return [...lines.values()].map(toFinding);
  },
};

interface Misfit {
  readonly source: SourceRange;
  readonly path: string;
  readonly problem: string;
  /** Nobody can widen the pictures that a model is given, so this is only hinted at. */
  readonly readsInput: boolean;
  readonly remedy: string;
}

function toFinding(misfits: readonly [Misfit, ...Misfit[]]): Finding {
  // A layer that can be changed speaks for the line.
  const { source, path, problem, readsInput, remedy } = misfits.find((one) => !one.readsInput) ?? misfits[0];
  const others = misfits.length - 1;
  const more = others > 0 ? ` (and ${others} more ${others === 1 ? 'layer' : 'layers'} built here)` : '';
  return {
    ruleId: nmDivisible.id,
    message: `2:4 leaves out ${path}${more}: ${problem}; ${remedy}`,
    source,
    severity: readsInput ? 'hint' : nmDivisible.severity,
    ...(readsInput ? {} : { fix: { kind: 'width', path, multiple: 4 } }),
  };
}

interface Lookup {
  readonly graph: ModelGraph;
  readonly nodes: ReadonlyMap<NodeId, GraphNode>;
  readonly makers: ReadonlyMap<ValueId, GraphNode>;
}

const lookup = (graph: ModelGraph): Lookup => ({
  graph,
  nodes: new Map(graph.nodes.map((node) => [node.id, node])),
  makers: new Map(graph.nodes.flatMap((node) => node.outputs.map((id) => [id, node] as const))),
});

function misfitOf(look: Lookup, { node: id, path, op, source }: LayerReport): Misfit[] {
  const node = look.nodes.get(id);
  const matrix = node && weightMatrix(look.graph, node);
  const [place] = source;
  const fit = matrix && twoFour.fits(matrix);
  if (!node || !matrix || !place || !fit || fit.ok) return [];
  const inputs = matrix.reduction?.at(-1) ?? matrix.cols;
  const groups = matrix.groups ?? 1;
  // A depthwise convolution has one input a filter, whatever its width: there is nothing to change.
  if (groups > 1 && inputs === 1) return [];
  const what = node.op === 'conv2d' ? 'input channels' : 'input features';
  const next = Math.ceil(inputs / 4) * 4;
  const readsInput = isFirst(look, node);
  return [
    {
      source: place,
      path: path || op,
      problem: fit.reason,
      readsInput,
      remedy: readsInput
        ? "that is normal for a layer that reads the model's input"
        : `${next * groups} ${what} would fit`,
    },
  ];
}

/** Whether only ops without parameters stand between the model's input and this node. */
function isFirst({ graph, makers }: Lookup, node: GraphNode): boolean {
  let value = node.inputs[0];
  while (value !== undefined && !graph.inputs.includes(value)) {
    const maker = makers.get(value);
    if (!maker || Object.keys(maker.params).length > 0 || maker.inputs.length !== 1) return false;
    value = maker.inputs[0];
  }
  return value !== undefined;
}
