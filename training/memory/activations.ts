// What a step keeps beside weights, op by op: the tensors that the tape saves on the way forward, and the gradients of
// all of them on the way back, which tf frees together at the end. test/bench/memory.ts holds it against real steps.
import { bytesPerElement } from '../../core/graph/cost';
import type { GraphNode, ModelGraph } from '../../core/graph/model-graph';
import { sizeAt } from '../../core/graph/shape';

/** Bytes at the peak of one step with `batch` samples. */
export function activationBytes(graph: ModelGraph, batch: number): number {
  const bytesOf = (id: string): number => {
    const { shape, dtype } = graph.values[id]!;
    return shape.reduce<number>((n, dim) => n * sizeAt(dim, batch), 1) * bytesPerElement[dtype];
  };
  const sum = (ids: readonly string[]) => ids.reduce((bytes, id) => bytes + bytesOf(id), 0);
  // The loss: log-probabilities, the targets laid out beside them, and the gradient.
  let [kept, gradients] = [sum(graph.inputs) + 3 * sum(graph.outputs.slice(0, 1)), 0];
  for (const node of graph.nodes) {
    const [inputs, outputs] = [sum(node.inputs), sum(node.outputs)];
    const rows = scores(node, graph, bytesOf) + states(node, graph, bytesOf);
    const saved = (tensors[node.op]?.(node) ?? 1) * outputs;
    kept += saved + rows;
    // The gradient of a sum is that of its terms: the same data.
    gradients += rows + (handsOn.has(node.op) ? 0 : biasedOps.has(node.op) ? outputs : saved);
    // A pool pads its image into a copy; the gradient of a slice is as large as what it was cut from, and is added up.
    if (isPaddedPool(node)) kept += inputs;
    if (node.op === 'slice') gradients += 2 * inputs;
  }
  return kept + aside * gradients;
}

/** Gradients take this much more for what is computed on the way to them. */
const aside = 1.1;
const handsOn: ReadonlySet<string> = new Set(['add', 'sub']);

type Count = (node: GraphNode) => number;
const shared: Count = () => 0;
const always =
  (count: number): Count =>
  () =>
    count;
const biasedOps: ReadonlySet<string> = new Set(['conv1d', 'conv2d', 'conv3d', 'linear']);
/** The sum with the bias is a tensor of its own. */
const biased: Count = ({ params }) => (params['bias'] ? 2 : 1);

/** How many tensors of the output's size an op leaves on the tape; the others leave their output. */
const tensors: Readonly<Record<string, Count>> = {
  ...{ flatten: shared, reshape: shared, identity: shared, parameter: shared },
  ...{ conv1d: biased, conv2d: biased, conv3d: biased, linear: biased },
  // Five and the slope of erf, which comes on the way back.
  gelu: ({ attrs }) => (attrs['approximate'] === 'tanh' ? 8 : 6),
  ...{ silu: always(2), mish: always(3), hardSwish: always(4), hardSigmoid: always(3) },
  ...{ layerNorm: always(3), groupNorm: always(5), instanceNorm: always(5), rmsNorm: always(3) },
  ...{ dropout: always(4), concat: always(2), where: always(2) },
  // Queries, keys and values projected, split into heads, and the heads joined again.
  multiheadAttention: always(10),
  // Unrolled over time: gates, states, and slices of both.
  // Time first: u and Δ, B and C by a rule of thumb, y before and after.
  selectiveScan: always(5),
  ...{ lstm: always(16), gru: always(14), rnn: always(4) },
};

/** Attention keeps one row of scores a query: raw, masked, and as weights. */
function scores(
  { op, inputs, attrs }: GraphNode,
  graph: ModelGraph,
  bytesOf: (id: string) => number,
): number {
  if (op !== 'attention' && op !== 'multiheadAttention') return 0;
  const [query, key] = inputs.map((id) => graph.values[id]!.shape);
  if (!query || !key) return 0;
  const isWhole = op === 'multiheadAttention';
  const axis = isWhole && attrs['batchFirst'] !== true && key.length === 3 ? 0 : key.length - 2;
  const [keys, width, heads] = [
    Number(key[axis]),
    Number(query.at(-1)),
    isWhole ? Number(attrs['heads']) : 1,
  ];
  const rows = (bytesOf(inputs[0]!) / width) * heads;
  const copies = attrs['causal'] === true || inputs.length > 3 ? 3 : 2;
  return copies * rows * keys + bytesOf(inputs[0]!);
}

/** A selective scan computes the states of all steps again on the way back, as many at once as 64 MiB hold. */
function states(
  { op, inputs, outputs }: GraphNode,
  graph: ModelGraph,
  bytesOf: (id: string) => number,
): number {
  if (op !== 'selectiveScan') return 0;
  return Math.min(bytesOf(outputs[0]!) * Number(graph.values[inputs[2]!]!.shape.at(-1)), 2 ** 26);
}

function isPaddedPool({ op, attrs }: GraphNode): boolean {
  if (!/^maxPool/.test(op)) return false;
  const { padding } = attrs;
  return Array.isArray(padding) ? padding.some((pad) => Number(pad) > 0) : Number(padding ?? 0) > 0;
}
