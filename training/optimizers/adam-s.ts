// AdamS: Adam that also decays what a mask marks, so evenly that it reaches zero. CAST (arXiv 2509.25996), equations 6 to 11.
import type { ParamName } from '../../core/graph/model-graph';
import type { TensorData } from '../../core/graph/tensor';
import { tf } from '../../native/tf';
import type { Parameters } from '../executor/parameters';
import { Adam, type AdamOptions } from './adam';
import type { Optimizer } from './optimizer';
import { Slots } from './slots';

export interface AdamSOptions extends Required<Pick<AdamOptions, 'beta1' | 'beta2' | 'epsilon'>> {
  /** Steps that the decay ramps over: α = t / T. */
  readonly steps: number;
  /** λ, in units of a gradient. */
  readonly decay: number;
  /** The loss's slope is decayed into the moments instead, as plain L1 would be: the ablation that must hurt. */
  readonly coupled?: boolean;
  /** α is 1 from the first step on. */
  readonly constant?: boolean;
  /** 1 keeps, 0 decays, in the kernels' layout; undefined for what is trained by plain Adam. */
  readonly maskOf: (name: ParamName) => tf.Tensor | undefined;
}

/**
 * For weights with a mask M, gradient g:
 *   μ ← β₁ μ + (1 − β₁) g
 *   u = M μ + (1 − M) ((1 − α) μ + α λ sign(W))
 *   v ← β₂ v + (1 − β₂) u²
 *   W ← W − η (u / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
 * u is never written back into μ, and its square, not the gradient's, is in v: decayed weights move by about η a step
 * whatever their gradients are.
 */
export class AdamS implements Optimizer {
  private step = 0;
  private readonly moments = new Slots(['s.m/', 's.v/']);
  private readonly rest: Adam;

  constructor(
    private readonly parameters: Parameters,
    public learningRate: number,
    private readonly options: AdamSOptions,
  ) {
    const { beta1, beta2, epsilon } = options;
    this.rest = new Adam(parameters, learningRate, { beta1, beta2, epsilon });
  }

  apply(gradients: ReadonlyMap<ParamName, tf.Tensor>): void {
    const { maskOf, steps, constant = false } = this.options;
    const plain = new Map([...gradients].filter(([name]) => !maskOf(name)));
    this.rest.learningRate = this.learningRate;
    this.rest.apply(plain);
    // The first step decays nothing: α is 0.
    const alpha = constant ? 1 : Math.min(1, this.step / steps);
    this.step++;
    for (const [name, gradient] of gradients) {
      const mask = maskOf(name);
      if (mask) this.applyMasked(name, gradient, mask, alpha);
    }
  }

  private applyMasked(name: ParamName, gradient: tf.Tensor, mask: tf.Tensor, alpha: number): void {
    const { beta1, beta2, epsilon, decay, coupled = false } = this.options;
    const [one, two] = [1 - beta1 ** this.step, 1 - beta2 ** this.step];
    const variable = this.parameters.variable(name);
    const old = this.moments.of(name);
    const [value, m, v] = tf.tidy((): [tf.Tensor, tf.Tensor, tf.Tensor] => {
      const losers = tf.sub(1, mask);
      const pull = tf.mul(tf.mul(losers, tf.sign(variable)), alpha * decay);
      const g = coupled ? tf.add(gradient, pull) : gradient;
      const [first, second] = old ?? [tf.zerosLike(variable), tf.zerosLike(variable)];
      const mean = flushed(tf.add(tf.mul(first!, beta1), tf.mul(g, 1 - beta1)));
      const faded = coupled ? mean : tf.mul(mean, tf.sub(1, tf.mul(losers, alpha)));
      const update = coupled ? mean : tf.add(faded, pull);
      const square = flushed(tf.add(tf.mul(second!, beta2), tf.mul(tf.square(update), 1 - beta2)));
      const stride = tf.div(tf.div(update, one), tf.add(tf.sqrt(tf.div(square, two)), epsilon));
      return [tf.sub(variable, tf.mul(stride, this.learningRate)), mean, square];
    });
    variable.assign(value);
    value.dispose();
    this.moments.replace(name, [m, v]);
  }

  forget(name: ParamName, keep: tf.Tensor): void {
    if (this.options.maskOf(name)) this.moments.mask(name, keep);
    else this.rest.forget(name, keep);
  }

  async state(): Promise<Map<string, TensorData>> {
    const out = new Map([...(await this.rest.state()), ...(await this.moments.state())]);
    return out.set('s.step', { shape: [1], data: Int32Array.of(this.step) });
  }

  restore(state: ReadonlyMap<string, TensorData>): void {
    this.step = state.get('s.step')?.data[0] ?? 0;
    this.rest.restore(state);
    this.moments.restore(state, (name) => this.parameters.holds(name));
  }

  dispose(): void {
    this.rest.dispose();
    this.moments.dispose();
  }
}

/** Moments of units that never fire fade into denormal numbers, with which a CPU computes a hundred times slower. */
const flushed = (x: tf.Tensor): tf.Tensor => tf.mul(x, tf.cast(tf.greater(tf.abs(x), 1e-30), 'float32'));
