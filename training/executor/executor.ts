// Runs a model graph forward on the active tf device; tf's tape gives the way back.
import type { GraphNode, ModelGraph, ValueId } from '../../core/graph/model-graph';
import { tf } from '../../native/tf';
import { toGraphOrder } from './borders';
import type { Kernel } from './kernel';
import { kernels } from './kernels/table';
import type { Parameters } from './parameters';
import { seedFor } from './random';

export interface ForwardOptions {
  readonly training: boolean;
  /** Dropout draws from it; give every step its own. */
  readonly seed?: number;
}

interface Step {
  readonly node: GraphNode;
  readonly kernel: Kernel;
}

/** @throws one line when the graph holds an op that cannot be computed, with its path, or has not one output. */
export function requireRunnable(graph: ModelGraph): void {
  stepsOf(graph);
}

function stepsOf(graph: ModelGraph): readonly Step[] {
  const steps = graph.nodes.map((node) => {
    const kernel = kernels.get(node.op);
    if (kernel) return { node, kernel };
    const unknown = node.attrs['name'];
    const name = node.op === 'unknown' && typeof unknown === 'string' ? unknown : node.op;
    throw new Error(
      `${graph.name} cannot be run: Espalier has no kernel for ${name}${node.path ? ` in ${node.path}` : ''}`,
    );
  });
  if (graph.outputs.length !== 1)
    throw new Error(`${graph.name} has ${graph.outputs.length} outputs; one can be trained`);
  return steps;
}

export class Executor {
  private readonly steps: readonly Step[];
  /** A softmax that ends the model, as Keras classifiers have it; in training the loss takes its place. */
  private readonly lastSoftmax: GraphNode | undefined;

  /** @throws as {@link requireRunnable}. */
  constructor(
    readonly graph: ModelGraph,
    readonly parameters: Parameters,
  ) {
    this.steps = stepsOf(graph);
    this.lastSoftmax = graph.nodes.find(
      ({ op, outputs }) => op === 'softmax' && outputs[0] === graph.outputs[0],
    );
  }

  /**
   * The model's output for a batch, recorded on the tape when called under one. In training, BatchNorm uses the
   * batch's statistics and updates the running ones, and a model that ends in a softmax answers its logits.
   * @param x batch first; images NHWC, whatever the graph's layout.
   * @returns the output, with rank-4 values in the graph's own axis order. Intermediate tensors are the caller's to tidy.
   */
  forward(x: tf.Tensor, { training, seed = 0 }: ForwardOptions): tf.Tensor {
    const values = new Map<ValueId, tf.Tensor>([[this.graph.inputs[0]!, x]]);
    for (const { node, kernel } of this.steps) {
      if (training && node === this.lastSoftmax) {
        values.set(node.outputs[0]!, values.get(node.inputs[0]!)!);
        continue;
      }
      const result = kernel.run({
        node,
        inputs: node.inputs.map((id) => values.get(id)!),
        param: (role) => {
          const name = node.params[role];
          return name === undefined ? undefined : this.parameters.variable(name);
        },
        training,
        seed: seedFor(seed, node.id),
        layout: this.graph.layout,
      });
      values.set(node.outputs[0]!, result);
    }
    return toGraphOrder(values.get(this.graph.outputs[0]!)!, this.graph.layout);
  }

  /** The output at inference, tidied. */
  predict(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.forward(x, { training: false }));
  }
}
