// Stochastic gradient descent, as PyTorch counts it: v ← μ·v + g, θ ← θ − α·v.
import type { ParamName } from '../../core/graph/model-graph';
import type { TensorData } from '../../core/graph/tensor';
import { tf } from '../../native/tf';
import type { Parameters } from '../executor/parameters';
import { type Decay, decayOf, type Optimizer } from './optimizer';
import { Slots } from './slots';

export interface SgdOptions extends Decay {
  /** μ, 0 … 1; 0 keeps no velocity. */
  readonly momentum?: number;
  /** Looks ahead: the update is g + μ·v (Sutskever et al. 2013). */
  readonly nesterov?: boolean;
}

export class Sgd implements Optimizer {
  private readonly velocity = new Slots(['']);

  constructor(
    private readonly parameters: Parameters,
    public learningRate: number,
    private readonly options: SgdOptions = {},
  ) {}

  apply(gradients: ReadonlyMap<ParamName, tf.Tensor>): void {
    const { momentum = 0.9, nesterov = false } = this.options;
    for (const [name, gradient] of gradients) {
      const variable = this.parameters.variable(name);
      const decay = decayOf(this.options, variable.shape);
      const old = this.velocity.of(name)?.[0];
      const [value, velocity] = tf.tidy((): [tf.Tensor, tf.Tensor] => {
        const g = decay === 0 ? gradient : tf.add(gradient, tf.mul(variable, decay));
        const v = old ? tf.add(tf.mul(old, momentum), g) : g.clone();
        const step = nesterov ? tf.add(g, tf.mul(v, momentum)) : v;
        return [tf.sub(variable, tf.mul(step, this.learningRate)), v];
      });
      variable.assign(value);
      value.dispose();
      if (momentum > 0) this.velocity.replace(name, [velocity]);
      else velocity.dispose();
    }
  }

  forget(name: ParamName, keep: tf.Tensor): void {
    this.velocity.mask(name, keep);
  }

  state(): Promise<Map<string, TensorData>> {
    return this.velocity.state();
  }

  restore(state: ReadonlyMap<string, TensorData>): void {
    this.velocity.restore(state, (name) => this.parameters.holds(name));
  }

  dispose(): void {
    this.velocity.dispose();
  }
}
