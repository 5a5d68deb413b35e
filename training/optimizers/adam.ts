// Adam (Kingma & Ba 2015, arXiv 1412.6980) and AdamW (Loshchilov & Hutter 2019, arXiv 1711.05101), with PyTorch's place for ε.
import type { ParamName } from '../../core/graph/model-graph';
import type { TensorData } from '../../core/graph/tensor';
import { adam as adamStep } from '../../native/kernels/fused';
import { tf } from '../../native/tf';
import type { Parameters } from '../executor/parameters';
import { type Decay, decayOf, type Optimizer } from './optimizer';
import { Slots } from './slots';

export interface AdamOptions extends Decay {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  /** AdamW: weights decay on their own, θ ← θ·(1 − α·λ), rather than through the gradient. */
  readonly decoupled?: boolean;
}

export class Adam implements Optimizer {
  private step = 0;
  private readonly moments = new Slots(['m/', 'v/']);

  constructor(
    private readonly parameters: Parameters,
    public learningRate: number,
    private readonly options: AdamOptions = {},
  ) {}

  apply(gradients: ReadonlyMap<ParamName, tf.Tensor>): void {
    const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decoupled = false } = this.options;
    this.step++;
    // θ ← θ − α·√(1−β₂ᵗ)/(1−β₁ᵗ) · m / (√v + ε·√(1−β₂ᵗ)) is the same as correcting m and v first.
    const correction = Math.sqrt(1 - beta2 ** this.step);
    const rate = (this.learningRate * correction) / (1 - beta1 ** this.step);
    for (const [name, gradient] of gradients) {
      const variable = this.parameters.variable(name);
      const decay = decayOf(this.options, variable.shape);
      const old = this.moments.of(name);
      const [value, m, v] = tf.tidy(() => {
        const shrunk = decoupled && decay > 0 ? tf.mul(variable, 1 - this.learningRate * decay) : variable;
        const g = decoupled || decay === 0 ? gradient : tf.add(gradient, tf.mul(variable, decay));
        const [first, second] = old ?? [tf.zerosLike(variable), tf.zerosLike(variable)];
        return adamStep(shrunk, g, first!, second!, { rate, beta1, beta2, epsilon: epsilon * correction });
      });
      variable.assign(value);
      value.dispose();
      this.moments.replace(name, [m, v]);
    }
  }

  forget(name: ParamName, keep: tf.Tensor): void {
    this.moments.mask(name, keep);
  }

  async state(): Promise<Map<string, TensorData>> {
    const out = await this.moments.state();
    return out.set('step', { shape: [1], data: Int32Array.of(this.step) });
  }

  restore(state: ReadonlyMap<string, TensorData>): void {
    this.step = state.get('step')?.data[0] ?? 0;
    this.moments.restore(state, (name) => this.parameters.holds(name));
  }

  dispose(): void {
    this.moments.dispose();
  }
}
