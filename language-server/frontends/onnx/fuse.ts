// Puts together again what exporters took apart: SiLU, GELU, Mish, layer norms, and the bias of a matrix product.
import type { OnnxModel, OnnxNode } from '../../../core/formats/onnx/model';

/** The nodes in order, with each pattern as the one node it stands for (in the domain of the standard operators). */
export function fuse(model: OnnxModel): OnnxNode[] {
  const graph = new Graph(model);
  for (const node of model.nodes) {
    for (const rule of rules) {
      if (graph.holds(node)) rule(node, graph);
    }
  }
  return graph.nodes();
}

class Graph {
  private readonly makers = new Map<string, OnnxNode>();
  private readonly readers = new Map<string, Set<OnnxNode>>();
  private readonly outputs: ReadonlySet<string>;
  /** In order; a node that was put together stands where the last of its parts stood. */
  private readonly current: Map<OnnxNode, OnnxNode>;
  private readonly origins = new Map<OnnxNode, OnnxNode>();

  constructor(private readonly model: OnnxModel) {
    this.outputs = new Set(model.outputs);
    this.current = new Map(model.nodes.map((node) => [node, node]));
    for (const node of model.nodes) this.enter(node, node);
  }

  holds(node: OnnxNode): boolean {
    return this.current.get(node) === node;
  }

  nodes(): OnnxNode[] {
    return [...this.current.values()];
  }

  /** The standard node that makes a value, of one of these operators. */
  maker(value: string | undefined, ...ops: readonly string[]): OnnxNode | undefined {
    const node = this.makers.get(value ?? '');
    return node && node.domain === '' && ops.includes(node.op) ? node : undefined;
  }

  weight(value: string | undefined): readonly number[] | undefined {
    return this.model.tensors.get(value ?? '')?.dims;
  }

  /** The single number that a tensor of the file or a Constant holds. */
  number(value: string | undefined): number | undefined {
    const { attrs } = this.maker(value, 'Constant') ?? {};
    const made = attrs?.get('value') ?? attrs?.get('value_float');
    if (typeof made === 'number') return made;
    const tensor = made ?? this.model.tensors.get(value ?? '');
    const values = typeof tensor === 'object' && 'dims' in tensor ? tensor.values : undefined;
    return values?.length === 1 ? values[0] : undefined;
  }

  /** `node` becomes another one, and the parts before it go unless somebody else reads them. */
  replace(
    node: OnnxNode,
    op: string,
    inputs: readonly string[],
    parts: readonly (OnnxNode | undefined)[],
  ): void {
    const gone = new Set(parts.filter((part) => part !== undefined));
    const isRead = (output: string) =>
      this.outputs.has(output) ||
      [...(this.readers.get(output) ?? [])].some((reader) => reader !== node && !gone.has(reader));
    // A part that stays keeps the parts before it.
    for (let before = -1; before !== gone.size;) {
      before = gone.size;
      for (const part of gone) if (part.outputs.some(isRead)) gone.delete(part);
    }
    const origin = this.leave(node);
    for (const part of gone) this.current.delete(this.leave(part));
    const by: OnnxNode = { ...node, op, inputs, attrs: new Map() };
    this.current.set(origin, by);
    this.enter(by, origin);
  }

  private enter(node: OnnxNode, origin: OnnxNode): void {
    this.origins.set(node, origin);
    for (const output of node.outputs) this.makers.set(output, node);
    for (const input of node.inputs) {
      const readers = this.readers.get(input);
      if (readers) readers.add(node);
      else this.readers.set(input, new Set([node]));
    }
  }

  private leave(node: OnnxNode): OnnxNode {
    for (const input of node.inputs) this.readers.get(input)?.delete(node);
    return this.origins.get(node)!;
  }
}

type Rule = (node: OnnxNode, graph: Graph) => void;

const near = (value: number | undefined, wanted: number): boolean =>
  value !== undefined && Math.abs(value - wanted) < 1e-3 * Math.abs(wanted);

/** The input that is not this one. */
const other = ({ inputs: [a, b] }: OnnxNode, value: string | undefined): string | undefined =>
  a === value ? b : a;

/** The input that a number is combined with. */
function beside(node: OnnxNode | undefined, wanted: number, graph: Graph): string | undefined {
  const [a, b] = node?.inputs ?? [];
  if (near(graph.number(b), wanted)) return a;
  return near(graph.number(a), wanted) ? b : undefined;
}

/** x · sigmoid(x), and x · tanh(softplus(x)). */
const gated: Rule = (node, graph) => {
  if (node.op !== 'Mul') return;
  for (const gate of node.inputs) {
    const x = other(node, gate);
    const sigmoid = graph.maker(gate, 'Sigmoid');
    if (sigmoid?.inputs[0] === x) return graph.replace(node, 'Silu', [x!], [sigmoid]);
    const tanh = graph.maker(gate, 'Tanh');
    const softplus = graph.maker(tanh?.inputs[0], 'Softplus');
    if (softplus?.inputs[0] === x) return graph.replace(node, 'Mish', [x!], [tanh, softplus]);
  }
};

/** ½ · x · (1 + erf(x / √2)), with the factors in any order. */
const gelu: Rule = (node, graph) => {
  if (node.op !== 'Mul') return;
  for (const value of node.inputs) {
    const [inner, rest] = [graph.maker(value, 'Mul', 'Add'), other(node, value)];
    // (x · (1 + erf)) · ½ or x · ((1 + erf) · ½) or (½ · x) · (1 + erf)
    const sums = [
      inner,
      ...(inner?.op === 'Mul' ? inner.inputs.map((input) => graph.maker(input, 'Add')) : []),
    ];
    for (const sum of sums) {
      const erf = graph.maker(sum && beside(sum, 1, graph), 'Erf');
      const scaled = graph.maker(erf?.inputs[0], 'Div', 'Mul');
      const x = beside(scaled, scaled?.op === 'Div' ? Math.SQRT2 : Math.SQRT1_2, graph);
      if (x === undefined || sum?.op !== 'Add') continue;
      const halved = graph.maker(rest, 'Mul');
      const isWhole =
        inner === sum
          ? beside(halved, 0.5, graph) === x
          : (rest === x && beside(inner, 0.5, graph) === sum.outputs[0]) ||
            (near(graph.number(rest), 0.5) && other(inner!, sum.outputs[0]) === x);
      if (!isWhole) continue;
      const parts = [erf, scaled, sum, ...(inner === sum ? [halved] : [inner])];
      return graph.replace(node, 'Gelu', [x], parts);
    }
  }
};

/** (x − mean) / √(mean((x − mean)²) + ε) · scale + shift over the last axes. */
const layerNorm: Rule = (node, graph) => {
  if (node.op !== 'Div') return;
  const [centred, root] = node.inputs;
  const [sub, sqrt] = [graph.maker(centred, 'Sub'), graph.maker(root, 'Sqrt')];
  const eps = graph.maker(sqrt?.inputs[0], 'Add');
  const variance = eps?.inputs.map((input) => graph.maker(input, 'ReduceMean')).find((found) => found);
  const square = graph.maker(variance?.inputs[0], 'Pow', 'Mul');
  const mean = graph.maker(sub?.inputs[1], 'ReduceMean');
  if (!sub || !mean || !square || mean.inputs[0] !== sub.inputs[0] || !square.inputs.includes(centred!))
    return;
  const axes = mean.attrs.get('axes') ?? graph.number(mean.inputs[1]);
  const last = Array.isArray(axes) ? axes : [axes];
  if (last.length !== 1 || last[0] !== -1) return;
  const parts = [sub, sqrt, eps, variance, square, mean];
  graph.replace(node, 'LayerNormalization', [sub.inputs[0]!], parts);
};

/** A norm without weights, times a weight, plus another. */
const affine: Rule = (node, graph) => {
  const isScale = node.op === 'Mul';
  if (!isScale && node.op !== 'Add') return;
  for (const value of node.inputs) {
    const weight = other(node, value);
    const norm = graph.maker(value, 'LayerNormalization');
    const wanted = isScale ? 1 : 2;
    if (norm?.inputs.length !== wanted || graph.weight(weight)?.length !== 1) continue;
    return graph.replace(node, norm.op, [...norm.inputs, weight!], [norm]);
  }
};

/** x · W + b. */
const biased: Rule = (node, graph) => {
  if (node.op !== 'Add') return;
  for (const value of node.inputs) {
    const [product, bias] = [graph.maker(value, 'MatMul'), other(node, value)];
    if (!product || graph.weight(bias)?.length !== 1) continue;
    return graph.replace(node, 'MatMul', [...product.inputs, bias!], [product]);
  }
};

const rules: readonly Rule[] = [gated, gelu, layerNorm, affine, biased];
