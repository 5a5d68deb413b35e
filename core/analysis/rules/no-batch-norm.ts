// Says which convolutions channel pruning by BatchNorm scale passes over, because no BatchNorm follows them.
import type { GraphNode, SourceRange, ValueId } from '../../graph/model-graph';
import type { ModelReport } from '../report';
import type { Finding, Rule } from './rule';

/** What may stand between a convolution and the next without judging its channels. */
const passing =
  /^(?:relu|relu6|leakyRelu|gelu|silu|elu|tanh|sigmoid|hardswish|hardsigmoid|mish|softplus|clamp|selu|celu|dropout|identity|conv\d?d|(?:max|avg)Pool\dd|adaptiveAvgPool\dd|flatten|mean|linear)$/i;

/** One finding a line of source. Only a hint: other methods need no BatchNorm. */
export const noBatchNorm: Rule = {
  id: 'no-batch-norm',
  severity: 'hint',

  check(report) {
    const consumers = consumersOf(report);
    const judged = judgedParams(report);
    const found = new Map<string, Finding>();
    for (const node of report.graph.nodes) {
      const [place] = node.source;
      const [output = ''] = node.outputs;
      const weight = node.params['weight'];
      if (!/^conv\dd$/.test(node.op) || !place || weight === undefined || judged.has(weight)) continue;
      const next = consumers.get(output) ?? [];
      if (next.length === 0 || !next.every(({ op }) => passing.test(op))) continue;
      const key = `${place.file}:${place.startLine}:${place.startColumn}`;
      if (!found.has(key)) found.set(key, finding(node.path || node.op, place));
    }
    return [...found.values()];
  },
};

const finding = (path: string, source: SourceRange): Finding => ({
  ruleId: noBatchNorm.id,
  severity: noBatchNorm.severity,
  message: `channel pruning by BN scale passes over ${path}: no BatchNorm follows it`,
  source,
  fix: { kind: 'norm', path },
});

/** Weights that a BatchNorm judges already, or whose channels cannot go at all. */
function judgedParams({ graph, groups }: ModelReport): Set<string> {
  const scales = new Set(
    graph.nodes.flatMap(({ op, params }) => (op === 'batchNorm2d' ? (params['weight'] ?? []) : [])),
  );
  return new Set(
    groups
      .filter(({ prunable, members }) => !prunable.ok || members.some(({ param }) => scales.has(param)))
      .flatMap(({ members }) => members.filter(({ role }) => role !== 'in').map(({ param }) => param)),
  );
}

function consumersOf({ graph }: ModelReport): Map<ValueId, GraphNode[]> {
  const consumers = new Map<ValueId, GraphNode[]>();
  for (const node of graph.nodes) {
    for (const id of node.inputs) {
      const known = consumers.get(id);
      if (known) known.push(node);
      else consumers.set(id, [node]);
    }
  }
  return consumers;
}
