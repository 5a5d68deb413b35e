// How much memory a training run will take, from the graph alone: asked before it begins, so that nothing fails in the middle.
import { bytesPerElement, sizeOf } from '../../core/graph/cost';
import type { ModelGraph } from '../../core/graph/model-graph';
import type { TrainingSpec } from '../../core/recipe/recipe';
import { activationBytes } from './activations';

/** Bytes. */
export interface MemoryEstimate {
  /** Weights and buffers, twice where an average of them is kept. */
  readonly parameters: number;
  readonly optimizer: number;
  readonly gradients: number;
  /** What the way back needs of the way forward, and the gradients that come of it, for one part of a batch. */
  readonly activations: number;
  readonly total: number;
}

type Wanted = Pick<TrainingSpec, 'batch' | 'optimizer' | 'momentum' | 'accumulate' | 'average'>;

/** tf takes and frees no faster than its allocator; what it keeps aside was a few percent wherever it was measured. */
const slack = 1.05;

export function estimateMemory(graph: ModelGraph, training: Wanted): MemoryEstimate {
  const { batch, accumulate: parts = 1, average } = training;
  let [all, trained, largest] = [0, 0, 0];
  for (const param of Object.values(graph.params)) {
    const bytes = sizeOf(param) * bytesPerElement[param.dtype];
    all += bytes;
    if (!param.trainable || param.frozen) continue;
    trained += bytes;
    largest = Math.max(largest, bytes);
  }
  // Parts of a batch add their gradients up beside those that come.
  const gradients = trained * (parts > 1 ? 2 : 1);
  const parameters = all + (average ? trained : 0);
  const optimizer = slotsOf(training) * trained;
  const activations = activationBytes(graph, Math.ceil(batch / parts));
  // The update of one parameter computes aside while activations are gone already.
  const update = (slotsOf(training) + 3) * largest;
  const total = slack * (parameters + optimizer + gradients + Math.max(activations, update));
  return { parameters, optimizer, gradients, activations, total };
}

/** Tensors of a parameter's size that the optimizer keeps for it. */
const slotsOf = ({ optimizer, momentum = 0.9 }: Wanted): number =>
  optimizer === 'sgd' ? (momentum > 0 ? 1 : 0) : 2;
