// Holds masks through training: a wrapped optimizer that sets masked weights back to zero after every step.
import type { ParamName } from '../../core/graph/model-graph';
import type { TensorData } from '../../core/graph/tensor';
import { maskOf, masked } from '../../native/kernels/mask';
import { tf } from '../../native/tf';
import type { Parameters } from '../executor/parameters';
import type { Optimizer } from './optimizer';

/** Layer constraints do not do this: optimizers assign variables past them. */
export class MaskedOptimizer implements Optimizer {
  private readonly masks = new Map<ParamName, tf.Tensor>();

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
    this.masks.get(name)?.dispose();
    const kept = this.parameters.toKernel(name, keep);
    this.masks.set(name, maskOf(kept));
    this.inner.forget(name, kept);
    kept.dispose();
    this.hold(name);
  }

  apply(gradients: ReadonlyMap<ParamName, tf.Tensor>): void {
    // Masked gradients too, so that nothing is gathered for pruned weights.
    const own = new Map(gradients);
    const made: tf.Tensor[] = [];
    for (const [name, mask] of this.masks) {
      const gradient = gradients.get(name);
      if (!gradient) continue;
      made.push(tf.tidy(() => masked(gradient, mask)));
      own.set(name, made.at(-1)!);
    }
    this.inner.apply(own);
    tf.dispose(made);
    for (const name of this.masks.keys()) this.hold(name);
  }

  /** Sets what is masked of a parameter to zero, after something else has written it. */
  hold(name: ParamName): void {
    const mask = this.masks.get(name);
    if (!mask) return;
    const variable = this.parameters.variable(name);
    tf.tidy(() => variable.assign(masked(variable, mask)));
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
    for (const mask of this.masks.values()) mask.dispose();
    this.masks.clear();
  }
}
