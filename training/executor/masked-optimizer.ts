// Holds masks through training: a wrapped optimizer that sets masked weights back to zero after every step.
import type { ParamName } from '../../core/graph/model-graph';
import type { TensorData } from '../../core/graph/tensor';
import { tf } from '../../native/tf';
import type { Optimizer } from './optimizer';
import type { Parameters } from './parameters';

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

  /** @param keep one entry a weight in the framework's layout, 1 to keep and 0 to prune; pruned weights are zero at once. */
  setMask(name: ParamName, keep: Float32Array): void {
    this.masks.get(name)?.dispose();
    this.masks.set(name, this.parameters.toKernel(name, keep));
    this.hold(name);
  }

  apply(gradients: ReadonlyMap<ParamName, tf.Tensor>): void {
    // Masked gradients too, so that the moments of pruned weights fade instead of pulling at them.
    const masked = new Map(gradients);
    const made: tf.Tensor[] = [];
    for (const [name, mask] of this.masks) {
      const gradient = gradients.get(name);
      if (!gradient) continue;
      made.push(tf.mul(gradient, mask));
      masked.set(name, made.at(-1)!);
    }
    this.inner.apply(masked);
    tf.dispose(made);
    for (const name of this.masks.keys()) this.hold(name);
  }

  private hold(name: ParamName): void {
    const variable = this.parameters.variable(name);
    tf.tidy(() => variable.assign(tf.mul(variable, this.masks.get(name)!)));
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
