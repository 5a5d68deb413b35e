// What PST learns of a frozen weight: a low-rank update of it, and how important each of its entries is. Li et al. 2022, section 4.
import type { ParamName } from '../../../core/graph/model-graph';
import { tf } from '../../../native/tf';
import { seeded, seedFor } from '../../executor/random';
import type { MatrixLayer } from '../matrix-layers';
import type { Trainee } from '../trainee';

/** Before the names of the variables. */
export const prefix = 'pst/';

export interface FactorOptions {
  /** r₁ of the update, r₂ of the score. */
  readonly weightRank: number;
  readonly maskRank: number;
  readonly beta: number;
  readonly alpha1: number;
  readonly alpha2: number;
  /** Gradients of the score do not reach the update through |W̃|. */
  readonly detachMagnitude: boolean;
  /** An ablation: the score has no |W̃|. */
  readonly noMagnitude?: boolean;
}

/** PyTorch's shapes: U n × r₁, V r₁ × k, A n × r₂, B r₂ × k, R n, C k, of a weight of n outputs and k inputs. */
type Names = 'U' | 'V' | 'A' | 'B' | 'R' | 'C';

export class Factors {
  private readonly variables = new Map<ParamName, Readonly<Record<Names, tf.Variable>>>();

  constructor(
    private readonly layers: readonly MatrixLayer[],
    private readonly options: FactorOptions,
    private readonly seed: number,
  ) {}

  /** Makes the variables: with V = B = 0 and R = C = 0 layers begin with their own weights, scored by size. */
  enter(trainee: Trainee): void {
    const { weightRank: r1, maskRank: r2 } = this.options;
    for (const { param, matrix } of this.layers) {
      const { rows: n, cols: k } = matrix;
      const make = (name: Names, shape: [number, number], random = false) => {
        const full = `${prefix}${name}/${param}`;
        const first = () => (random ? this.normal(full, shape) : tf.zeros(shape));
        return trainee.variable(full, first);
      };
      this.variables.set(param, {
        ...{ U: make('U', [n, r1], true), V: make('V', [r1, k]) },
        ...{ A: make('A', [n, r2], true), B: make('B', [r2, k]) },
        ...{ R: make('R', [n, 1]), C: make('C', [1, k]) },
      });
    }
  }

  has(name: ParamName): boolean {
    return this.variables.has(name);
  }

  /** W̃ = W₀ + β U V, in the kernels' layout, inputs × outputs. */
  weight(name: ParamName, frozen: tf.Tensor): tf.Tensor {
    const { U, V } = this.variables.get(name)!;
    const { beta } = this.options;
    if (beta === 0) return frozen.clone();
    return tf.add(frozen, tf.mul(tf.matMul(V as tf.Tensor2D, U as tf.Tensor2D, true, true), beta));
  }

  /** S = |W̃| + α₁ A B + α₂ (R + C), in the kernels' layout. @param weight W̃. */
  score(name: ParamName, weight: tf.Tensor): tf.Tensor {
    const { A, B, R, C } = this.variables.get(name)!;
    const { alpha1, alpha2, noMagnitude, detachMagnitude } = this.options;
    const terms: tf.Tensor[] = [];
    if (!noMagnitude) terms.push(detachMagnitude ? off(tf.abs(weight)) : tf.abs(weight));
    if (alpha1 !== 0) terms.push(tf.mul(tf.matMul(B as tf.Tensor2D, A as tf.Tensor2D, true, true), alpha1));
    if (alpha2 !== 0) terms.push(tf.mul(tf.transpose(tf.add(R, C)), alpha2));
    return terms.reduce((sum, term) => tf.add(sum, term), tf.zerosLike(weight));
  }

  /**
   * M ∘ W̃ forward; back as if the mask were the score, so that dS = G ∘ W̃ and dW̃ = G ∘ M + dS ∘ sign W̃.
   * @param mask of the scores as they are, in the kernels' layout.
   */
  masked(name: ParamName, frozen: tf.Tensor, mask: tf.Tensor): tf.Tensor {
    const weight = this.weight(name, frozen);
    const score = this.score(name, weight);
    return tf.customGrad((w: unknown, _: unknown, save: unknown) => {
      const own = w as tf.Tensor;
      (save as (tensors: tf.Tensor[]) => void)([own]);
      return {
        value: tf.mul(own, mask),
        gradFunc: (dy: tf.Tensor | tf.Tensor[], saved: tf.Tensor[]) => [
          tf.mul(dy as tf.Tensor, mask),
          tf.mul(dy as tf.Tensor, saved[0]!),
        ],
      };
    })(weight, score);
  }

  /** Writes W̃ into the weights. */
  fold(trainee: Trainee): void {
    for (const { param } of this.layers) {
      const variable = trainee.executor.parameters.variable(param);
      tf.tidy(() => variable.assign(this.weight(param, variable)));
    }
  }

  private normal(name: string, shape: [number, number]): tf.Tensor {
    const random = seeded(seedFor(this.seed, name));
    return tf.tensor(
      Float32Array.from({ length: shape[0] * shape[1] }, () => random.normal()),
      shape,
    );
  }
}

/** The same values, through which no gradient goes. */
const off = (tensor: tf.Tensor): tf.Tensor =>
  tf.customGrad((x) => ({
    value: (x as tf.Tensor).clone(),
    gradFunc: (dy) => tf.zerosLike(dy),
  }))(tensor);
