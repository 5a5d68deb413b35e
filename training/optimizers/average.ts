// The exponential moving average of a model's weights: often better than the weights themselves (Polyak & Juditsky 1992).
import type { ParamName } from '../../core/graph/model-graph';
import type { Weights } from '../../core/graph/tensor';
import { tf } from '../../native/tf';
import type { Parameters } from '../executor/parameters';

export class Average {
  private readonly tensors = new Map<ParamName, tf.Tensor>();
  /** Steps averaged so far. */
  updates = 0;

  /**
   * Begins at the weights as they are now. BatchNorm's running statistics are averaged along, so that they fit the weights.
   * @param decay share of the average that stays at each step once it is warm.
   */
  constructor(
    private readonly parameters: Parameters,
    private readonly decay: number,
  ) {
    for (const [name, variable] of parameters.all()) this.tensors.set(name, tf.keep(variable.clone()));
  }

  /** After each step: a ← d·a + (1 − d)·θ, d = min(decay, (1 + t)/(10 + t)), so that early weights are soon forgotten. */
  update(): void {
    this.updates++;
    const decay = Math.min(this.decay, (1 + this.updates) / (10 + this.updates));
    for (const [name, variable] of this.parameters.all())
      this.replace(
        name,
        tf.tidy(() =>
          tf.add(this.tensors.get(name)!, tf.mul(tf.sub(variable, this.tensors.get(name)!), 1 - decay)),
        ),
      );
  }

  /** Pruned weights are zero in the average at once. @param keep one entry a weight in the framework's layout. */
  setMask(name: ParamName, keep: Float32Array): void {
    const average = this.tensors.get(name);
    if (!average) return;
    const mask = this.parameters.toKernel(name, keep);
    this.replace(name, tf.mul(average, mask));
    mask.dispose();
  }

  /** Puts the average in the model's place, or takes it away again: whoever calls it twice has the weights back. */
  swap(): void {
    for (const [name, variable] of this.parameters.all()) {
      const weights = tf.keep(variable.clone());
      variable.assign(this.tensors.get(name)!);
      this.replace(name, weights);
    }
  }

  /** Goes on from averages that were saved. @param weights in the framework's layout. */
  restore(weights: Weights, updates: number): void {
    this.updates = updates;
    for (const name of this.tensors.keys()) {
      const saved = weights.get(name);
      if (saved) this.replace(name, this.parameters.toKernel(name, saved.data as Float32Array));
    }
  }

  dispose(): void {
    tf.dispose([...this.tensors.values()]);
    this.tensors.clear();
  }

  private replace(name: ParamName, tensor: tf.Tensor): void {
    this.tensors.get(name)?.dispose();
    this.tensors.set(name, tf.keep(tensor));
  }
}
