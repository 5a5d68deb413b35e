// Holds masks through training: a wrapped optimizer in which masked weights are zero and rest there.
import type { ParamName } from '../../core/graph/model-graph';
import type { TensorData } from '../../core/graph/tensor';
import { type DeviceMasks, deviceMasks } from '../../native/kernels/mask';
import { tf } from '../../native/tf';
import type { Parameters } from '../executor/parameters';
import type { Optimizer } from './optimizer';

/**
 * Masked weights are set to zero once. Steps leave them there, since their gradients are zero too and nothing is gathered for
 * them: {@link Optimizer.apply} promises that. Layer constraints would not do: optimizers assign variables past them.
 */
export class MaskedOptimizer implements Optimizer {
  private readonly masks: DeviceMasks = deviceMasks();

  constructor(
    private readonly inner: Optimizer,
    private readonly parameters: Parameters,
  ) {}

  get learningRate(): number {
    return this.inner.learningRate;
  }

  set learningRate(rate: number) {
    this.inner.learningRate = rate;
  }

  /**
   * Pruned weights are zero at once, and what the optimizer gathered for them is forgotten: a weight that grows back later
   * begins as a new one.
   * @param keep one entry a weight in the framework's layout, 1 to keep and 0 to prune.
   */
  setMask(name: ParamName, keep: Float32Array): void {
    const kept = this.parameters.toKernel(name, keep);
    this.masks.set(name, kept);
    this.inner.forget(name, kept);
    const variable = this.parameters.variable(name);
    tf.tidy(() => variable.assign(tf.where(tf.cast(kept, 'bool'), variable, 0)));
    kept.dispose();
  }

  apply(gradients: ReadonlyMap<ParamName, tf.Tensor>): void {
    const masked = this.masks.apply(gradients);
    this.inner.apply(new Map([...gradients, ...masked]));
    tf.dispose([...masked.values()]);
  }

  /** Sets what is masked of a parameter to zero, after something else has written it. */
  hold(name: ParamName): void {
    const variable = this.parameters.variable(name);
    for (const zeroed of this.masks.apply(new Map([[name, variable]])).values()) {
      variable.assign(zeroed);
      zeroed.dispose();
    }
  }

  forget(name: ParamName, keep: tf.Tensor): void {
    this.inner.forget(name, keep);
  }

  state(): Promise<Map<string, TensorData>> {
    return this.inner.state();
  }

  restore(state: ReadonlyMap<string, TensorData>): void {
    this.inner.restore(state);
  }

  dispose(): void {
    this.inner.dispose();
    this.masks.dispose();
  }
}
