// Scales of parts of a row, trained beside the weights and folded into them in the end: CAST (arXiv 2509.25996), section IV-C.
import type { ParamName } from '../../../core/graph/model-graph';
import { tf } from '../../../native/tf';
import type { MatrixLayer } from '../matrix-layers';
import type { Trainee } from '../trainee';

/** Where a layer's inputs and outputs lie in the kernels' layout. */
interface Axes {
  readonly inputs: number;
  readonly outputs: number;
}

export class RowScales {
  private readonly variables = new Map<ParamName, tf.Variable>();
  private readonly axes = new Map<ParamName, Axes>();

  /** @param parts of a row, each with a scale of its own; a layer whose inputs do not divide into them has one. */
  constructor(
    private readonly layers: readonly MatrixLayer[],
    private readonly parts: number,
    /** Weights of one group are scaled alike, so that their order by size stays. */
    private readonly group: number,
  ) {}

  enter(trainee: Trainee): void {
    for (const { param, node } of this.layers) {
      const { shape } = trainee.executor.parameters.variable(param);
      const rank = shape.length;
      // Kernels take transposed convolutions with outputs before inputs.
      const crossed = node.op.startsWith('convTranspose');
      const axes = { inputs: crossed ? rank - 1 : rank - 2, outputs: crossed ? rank - 2 : rank - 1 };
      this.axes.set(param, axes);
      const [inputs, outputs] = [shape[axes.inputs]!, shape[axes.outputs]!];
      const parts = inputs % (this.parts * this.group) === 0 ? this.parts : 1;
      this.variables.set(
        param,
        trainee.variable(`cast/scale/${param}`, () => tf.ones([parts, outputs])),
      );
    }
  }

  /** The weight that layers compute with: W[r, c] · A[r, ⌊c·n / C⌋]. */
  scaled(name: ParamName, weight: tf.Tensor): tf.Tensor {
    const scale = this.variables.get(name);
    if (!scale) return weight;
    const { inputs, outputs } = this.axes.get(name)!;
    const parts = scale.shape[0];
    // The inputs as parts × what one holds, and a scale that is 1 long but where parts and outputs lie.
    const split = [...weight.shape];
    split.splice(inputs, 1, parts, weight.shape[inputs]! / parts);
    const wide = split.map((size, axis) =>
      axis === inputs || axis === (outputs > inputs ? outputs + 1 : outputs) ? size : 1,
    );
    const arranged = outputs > inputs ? scale : tf.transpose(scale);
    return tf.reshape(tf.mul(tf.reshape(weight, split), tf.reshape(arranged, wide)), weight.shape);
  }

  /** Writes the products into the weights; scales are 1 afterwards. */
  fold(trainee: Trainee): void {
    for (const { param } of this.layers) {
      const variable = trainee.executor.parameters.variable(param);
      tf.tidy(() => {
        variable.assign(this.scaled(param, variable));
        const scale = this.variables.get(param)!;
        scale.assign(tf.ones(scale.shape));
      });
    }
  }
}
