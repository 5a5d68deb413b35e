// Runs a model graph forward on the active tf device; tf's tape gives the way back.
import type { GraphNode, ModelGraph, ParamName, ValueId } from '../../core/graph/model-graph';
import { isBatch, sizeAt } from '../../core/graph/shape';
import type { TensorData } from '../../core/graph/tensor';
import { tf } from '../../native/tf';
import type { Hooks, Tapped } from './hooks';
import { inputOrder, reorder } from './order';
import type { Parameters } from './parameters';
import { type Plan, planOf, type Step } from './plan';
import { seedFor } from './random';
import { Values } from './values';

export interface ForwardOptions {
  readonly training: boolean;
  /** Dropout draws from it; give every step its own. */
  readonly seed?: number;
  /** Values to keep beside the outputs. */
  readonly taps?: ReadonlySet<ValueId> | undefined;
}

/** What a forward pass gives. */
export interface Answer {
  /** In the graph's own order of axes. */
  readonly outputs: tf.Tensor[];
  readonly tapped: Tapped;
}

interface Pass extends ForwardOptions {
  /** Whether values outlive their last use: the tape needs them. */
  readonly keep: boolean;
}

export class Executor {
  readonly plan: Plan;
  /** What a method computes with in place of weights and inputs, training or not. */
  hooks: Hooks | undefined;
  /** A softmax that ends the model, as Keras classifiers have it; in training the loss takes its place. */
  private readonly lastSoftmax: GraphNode | undefined;

  /** @throws one line when the graph holds an op that cannot be computed, with its path. */
  constructor(
    readonly graph: ModelGraph,
    readonly parameters: Parameters,
  ) {
    this.plan = planOf(graph);
    this.lastSoftmax = graph.nodes.find(
      ({ op, outputs }) => op === 'softmax' && outputs[0] === graph.outputs[0],
    );
  }

  /**
   * The model's outputs for a batch, recorded on the tape when called under one. In training, BatchNorm uses the batch's
   * statistics and updates the running ones, and a model that ends in a softmax answers its logits.
   * @param inputs batch first; those of four dimensions and more with channels last, whatever the graph's layout.
   * @returns the outputs in the graph's own order of axes. Intermediate tensors are the caller's to tidy.
   */
  forward(inputs: readonly tf.Tensor[], options: ForwardOptions): tf.Tensor[] {
    return this.answer(inputs, options).outputs;
  }

  /** As {@link forward}, with some of the values on the way. */
  answer(inputs: readonly tf.Tensor[], options: ForwardOptions): Answer {
    return this.run(inputs, { ...options, keep: true });
  }

  /** The outputs at inference, tidied; what is no longer needed is freed on the way. */
  predict(inputs: readonly tf.Tensor[]): tf.Tensor[] {
    return tf.tidy(() => this.run(inputs, { training: false, keep: false }).outputs);
  }

  /** As {@link predict}, with some of the values on the way; all are the caller's to dispose. */
  inspect(inputs: readonly tf.Tensor[], taps: ReadonlySet<ValueId>): Answer {
    const ids = [...taps];
    const flat = tf.tidy(() => {
      const { outputs, tapped } = this.run(inputs, { training: false, taps, keep: false });
      return [...outputs, ...ids.map((id) => tapped.get(id)!)];
    });
    const count = this.graph.outputs.length;
    return {
      outputs: flat.slice(0, count),
      tapped: new Map(ids.map((id, i) => [id, flat[count + i]!])),
    };
  }

  private run(inputs: readonly tf.Tensor[], { training, seed = 0, taps, keep }: Pass): Answer {
    const { graph } = this;
    const values = new Values(graph.layout);
    const batch = batchOf(graph, inputs);
    const param = this.params();
    const tapped = new Map<ValueId, tf.Tensor>();
    const tap = (id: ValueId) => {
      if (taps?.has(id)) tapped.set(id, values.get(id, 'channelsLast').clone());
    };
    // As clones, so that freeing a value never frees what belongs to the caller.
    graph.inputs.forEach((id, i) => values.set(id, inputs[i]!.clone(), inputOrder(graph, id)));
    graph.inputs.forEach(tap);
    for (const step of this.plan.steps) {
      const { node, kernel, takes, gives } = step;
      const given = node.inputs.map((id, i) => values.get(id, takes[i]!, step.rank));
      if (training && node === this.lastSoftmax) {
        values.set(node.outputs[0]!, given[0]!, gives[0]!);
        continue;
      }
      const result = kernel.run({
        node,
        inputs: this.hooks?.input ? given.map((x, i) => this.hooks!.input!(node, i, x)) : given,
        takes,
        gives,
        param: (role) => param(node, role),
        training,
        seed: seedFor(seed, node.id),
        layout: graph.layout,
        batch,
      });
      store(step, result, given, values);
      node.outputs.forEach(tap);
      if (!keep) values.release(step.last);
    }
    return { outputs: graph.outputs.map((id) => values.get(id, 'graph').clone()), tapped };
  }

  /** Parameters as the hooks want them, each made once a pass. */
  private params(): (node: GraphNode, role: string) => tf.Tensor | undefined {
    const { parameters, hooks } = this;
    if (!hooks?.weight) return (node, role) => parameters.of(node, role);
    const made = new Map<ParamName, tf.Tensor>();
    const weight = (name: ParamName, value: tf.Tensor) => {
      const tensor = made.get(name) ?? hooks.weight!(name, value);
      made.set(name, tensor);
      return tensor;
    };
    return (node, role) => parameters.of(node, role, weight);
  }
}

function store(
  { node, gives }: Step,
  result: tf.Tensor | readonly tf.Tensor[],
  given: readonly tf.Tensor[],
  values: Values,
): void {
  const outputs = result instanceof tf.Tensor ? [result] : result;
  node.outputs.forEach((id: ValueId, i) => {
    const tensor = outputs[i]!;
    // What a kernel hands through is not its own to be freed.
    values.set(id, given.includes(tensor) ? tensor.clone() : tensor, gives[i]!);
  });
}

/** What N is in a batch of these inputs; 1 where no input has one. */
function batchOf(graph: ModelGraph, inputs: readonly tf.Tensor[]): number {
  if (inputs.length !== graph.inputs.length)
    throw new Error(`${graph.name} takes ${graph.inputs.length} inputs, not ${inputs.length}`);
  for (const [i, id] of graph.inputs.entries()) {
    const [dim] = graph.values[id]!.shape;
    if (dim !== undefined && isBatch(dim)) return inputs[i]!.shape[0] / sizeAt(dim, 1);
  }
  return 1;
}

/** An input in the graph's own order as the executor takes it, on the device. */
export const placedInput = ({ shape, data }: TensorData, graph: ModelGraph, index = 0): tf.Tensor =>
  tf.tidy(() => {
    const id = graph.inputs[index]!;
    const dtype = graph.values[id]!.dtype;
    const x = tf.tensor(data, [...shape], dtype);
    return reorder(x, 'graph', inputOrder(graph, id), graph.layout).clone();
  });
