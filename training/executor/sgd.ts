// Stochastic gradient descent with momentum, as PyTorch counts it: v ← μ·v + g, θ ← θ − α·v.
import type { ParamName } from '../../core/graph/model-graph';
import type { TensorData } from '../../core/graph/tensor';
import { tf } from '../../native/tf';
import { type Optimizer, snapshot } from './optimizer';
import type { Parameters } from './parameters';

export class Sgd implements Optimizer {
  private readonly velocity = new Map<ParamName, tf.Tensor>();

  constructor(
    private readonly parameters: Parameters,
    public learningRate: number,
    private readonly momentum = 0.9,
  ) {}

  apply(gradients: ReadonlyMap<ParamName, tf.Tensor>): void {
    for (const [name, gradient] of gradients) {
      const variable = this.parameters.variable(name);
      const old = this.velocity.get(name);
      const velocity = tf.tidy(() => (old ? tf.add(tf.mul(old, this.momentum), gradient) : gradient.clone()));
      tf.tidy(() => variable.assign(tf.sub(variable, tf.mul(velocity, this.learningRate))));
      old?.dispose();
      // A step runs inside a tidy; the velocity outlives it.
      this.velocity.set(name, tf.keep(velocity));
    }
  }

  state(): Promise<Map<string, TensorData>> {
    return snapshot(this.velocity);
  }

  restore(state: ReadonlyMap<string, TensorData>): void {
    this.dispose();
    for (const [name, { shape, data }] of state) this.velocity.set(name, tf.tensor(data, [...shape]));
  }

  dispose(): void {
    for (const tensor of this.velocity.values()) tensor.dispose();
    this.velocity.clear();
  }
}
