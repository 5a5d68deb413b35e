// Adam (Kingma & Ba 2015, arXiv 1412.6980), with PyTorch's defaults and its place for ε.
import type { ParamName } from '../../core/graph/model-graph';
import type { TensorData } from '../../core/graph/tensor';
import { adam as adamStep } from '../../native/kernels/fused';
import { tf } from '../../native/tf';
import { type Optimizer, snapshot } from './optimizer';
import type { Parameters } from './parameters';

const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];

export class Adam implements Optimizer {
  private step = 0;
  private readonly moments = new Map<ParamName, { m: tf.Tensor; v: tf.Tensor }>();

  constructor(
    private readonly parameters: Parameters,
    public learningRate: number,
  ) {}

  apply(gradients: ReadonlyMap<ParamName, tf.Tensor>): void {
    this.step++;
    // θ ← θ − α·√(1−β₂ᵗ)/(1−β₁ᵗ) · m / (√v + ε·√(1−β₂ᵗ)) is the same as correcting m and v first.
    const correction = Math.sqrt(1 - beta2 ** this.step);
    const rate = (this.learningRate * correction) / (1 - beta1 ** this.step);
    for (const [name, gradient] of gradients) {
      const variable = this.parameters.variable(name);
      const old = this.moments.get(name) ?? { m: tf.zerosLike(variable), v: tf.zerosLike(variable) };
      const [value, m, v] = tf.tidy(() =>
        adamStep(variable, gradient, old.m, old.v, { rate, beta1, beta2, epsilon: epsilon * correction }),
      );
      variable.assign(value);
      tf.dispose([value, old.m, old.v]);
      // A step runs inside a tidy; the moments outlive it.
      this.moments.set(name, { m: tf.keep(m), v: tf.keep(v) });
    }
  }

  async state(): Promise<Map<string, TensorData>> {
    const named = [...this.moments].flatMap(([name, { m, v }]) => [
      [`m/${name}`, m] as const,
      [`v/${name}`, v] as const,
    ]);
    const out = await snapshot(new Map(named));
    return out.set('step', { shape: [1], data: Int32Array.of(this.step) });
  }

  restore(state: ReadonlyMap<string, TensorData>): void {
    this.dispose();
    this.step = state.get('step')?.data[0] ?? 0;
    for (const [key, { shape, data }] of state) {
      const second = key.startsWith('m/') ? state.get(`v/${key.slice(2)}`) : undefined;
      if (!second) continue;
      this.moments.set(key.slice(2), {
        m: tf.tensor(data, [...shape]),
        v: tf.tensor(second.data, [...shape]),
      });
    }
  }

  dispose(): void {
    for (const { m, v } of this.moments.values()) tf.dispose([m, v]);
    this.moments.clear();
  }
}
