// The next token at every position: cross-entropy over positions, perplexity.
import type { ModelGraph } from '../../core/graph/model-graph';
import { formatShape } from '../../core/graph/shape';
import type { Metrics } from '../../core/runs/run-record';
import { tf } from '../../native/tf';
import type { Dataset, Targets } from '../data/dataset';
import { requireInputs } from '../data/fit';
import type { Executor } from '../executor/executor';
import { crossEntropy } from '../losses/cross-entropy';
import { eachAnswer } from '../trainer/batches-of';
import type { Task, TaskKind, TaskLoss } from '../trainer/task';
import { countCorrect } from './classification';

export const language: TaskKind = {
  kind: 'tokens',
  of(graph, data, { labelSmoothing = 0 }) {
    requireInputs(graph, data);
    requireTokens(graph, data);
    return new Language(graph, labelSmoothing);
  },
};

class Language implements Task {
  /** A model that ends in a softmax answers chances at inference, and logits in training. */
  private readonly isChance: boolean;

  constructor(
    { nodes, outputs }: ModelGraph,
    private readonly smoothing: number,
  ) {
    this.isChance = nodes.some(({ op, outputs: [made] }) => op === 'softmax' && made === outputs[0]);
  }

  loss([logits]: readonly tf.Tensor[], targets: Targets): TaskLoss {
    const ids = placed(targets);
    const { smoothing } = this;
    return { loss: crossEntropy(logits!, ids, { smoothing }), correct: countCorrect(logits!, ids) };
  }

  terms(targets: Targets): number {
    return tokensOf(targets).ids.reduce((sum, id) => sum + (id < 0 ? 0 : 1), 0);
  }

  /** `perplexity`: e to the mean cross-entropy in nats; `accuracy`: how often the most likely token is the next one. */
  async evaluate(executor: Executor, data: Dataset, signal?: AbortSignal): Promise<Metrics | undefined> {
    const size = data.targets.kind === 'tokens' ? data.targets.length * data.targets.vocabulary : 1;
    let [nats, correct, count] = [0, 0, 0];
    const done = await eachAnswer(executor, data.test, size, signal, async ([output], { targets }) => {
      const sums = tf.tidy(() => {
        const ids = placed(targets);
        // The logarithm of a chance is as good as its logit.
        const logits = this.isChance ? tf.log(tf.add(output!, 1e-30)) : output!;
        return [crossEntropy(logits, ids), countCorrect(output!, ids)];
      });
      const [mean, right] = await Promise.all(sums.map((sum) => sum.data()));
      tf.dispose(sums);
      const terms = this.terms(targets);
      nats += mean![0]! * terms;
      correct += right![0]!;
      count += terms;
    });
    if (!done) return undefined;
    if (count === 0) return { perplexity: 1, accuracy: 0 };
    return { perplexity: Math.exp(nats / count), accuracy: correct / count };
  }
}

const placed = (targets: Targets): tf.Tensor2D => {
  const { ids, length } = tokensOf(targets);
  return tf.tensor2d(ids, [ids.length / length, length], 'int32');
};

function tokensOf(targets: Targets): Extract<Targets, { kind: 'tokens' }> {
  if (targets.kind !== 'tokens') throw new Error(`a language model cannot learn from ${targets.kind}`);
  return targets;
}

function requireTokens(graph: ModelGraph, { name, targets }: Dataset): void {
  if (targets.kind !== 'tokens') return;
  const output = graph.values[graph.outputs[0] ?? '']?.shape ?? [];
  const [, length, logits] = output;
  if (output.length !== 3 || length !== targets.length)
    throw new Error(
      `${graph.name} answers ${formatShape(output)}; a language model answers a row of logits for each of the ${targets.length} tokens of a sample: N×${targets.length}×${targets.vocabulary}`,
    );
  if (Number(logits) < targets.vocabulary)
    throw new Error(`${graph.name} knows ${Number(logits)} tokens, but ${name} has ${targets.vocabulary}`);
}
