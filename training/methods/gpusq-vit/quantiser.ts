// Holds the scales of a model's matrix products and puts fake quantisation between its values and its kernels.
import type { GraphNode, ParamName } from '../../../core/graph/model-graph';
import {
  type Bits,
  fromInts,
  largestInt,
  leastScale,
  rowScales,
  toInts,
} from '../../../core/quantisation/grid';
import { fromMatrixOrder, toMatrixOrder } from '../../../core/sparsity/weight-matrix';
import { tf } from '../../../native/tf';
import type { Hooks } from '../../executor/hooks';
import { fakeQuant, fakeQuantWeight } from '../../quantisation/fake-quant';
import { Magnitudes } from '../../quantisation/percentile';
import { tensorOf } from '../../trainer/batches-of';
import type { MatrixLayer } from '../matrix-layers';
import type { Trainee } from '../trainee';

/** Names of the variables that checkpoints keep, by weight. */
export const inputScale = (param: ParamName): string => `gpusq-vit/input/${param}`;
export const weightScale = (param: ParamName): string => `gpusq-vit/scale/${param}`;

export interface CalibrationOptions {
  /** Of magnitudes: the largest that is still told apart. */
  readonly percentile: number;
  readonly batches: number;
}

export class Quantiser {
  private readonly inputs = new Map<ParamName, tf.Variable>();

  constructor(
    private readonly layers: readonly MatrixLayer[],
    readonly bits: Bits,
  ) {}

  /** Makes the variables; a resumed run's have their values then. */
  enter(trainee: Trainee): void {
    for (const { param } of this.layers)
      this.inputs.set(
        param,
        trainee.variable(inputScale(param), () => tf.ones([1]), false),
      );
  }

  /** Scales of inputs, of what the model computes as it is: training images in a fixed order, without augmentation. */
  async calibrate(trainee: Trainee, { percentile, batches }: CalibrationOptions): Promise<void> {
    const seen = new Map(this.layers.map(({ param }) => [param, new Magnitudes()]));
    for (const batch of await trainee.batches(batches)) {
      const caught: [ParamName, tf.Tensor][] = [];
      trainee.setHooks({
        input: (node, index, value) => {
          const param = this.paramOf(node, index);
          if (param !== undefined) caught.push([param, tf.keep(value.clone())]);
          return value;
        },
      });
      const inputs = batch.inputs.map(tensorOf);
      tf.dispose([...trainee.executor.predict(inputs), ...inputs]);
      for (const [param, value] of caught) seen.get(param)!.add((await value.data()) as Float32Array);
      tf.dispose(caught.map(([, value]) => value));
    }
    trainee.setHooks(undefined);
    for (const [param, magnitudes] of seen) {
      const scale = Math.max(leastScale, magnitudes.percentile(percentile) / largestInt(this.bits));
      tf.tidy(() => this.inputs.get(param)!.assign(tf.tensor1d([scale])));
    }
  }

  /** @param weights whether they are still to be put on their grid. */
  hooks(weights = true): Hooks {
    const input = (node: GraphNode, index: number, value: tf.Tensor) => {
      const param = this.paramOf(node, index);
      return param === undefined ? value : fakeQuant(value, this.inputs.get(param)!, this.bits);
    };
    if (!weights) return { input };
    return {
      input,
      weight: (name, value) => (this.inputs.has(name) ? fakeQuantWeight(value, this.bits) : value),
    };
  }

  /** Writes the weights as they lie on their grids, and the scales of the rows into variables. */
  async settle(trainee: Trainee): Promise<void> {
    for (const { param, node, matrix } of this.layers) {
      const { shape, data } = await trainee.read(param);
      const weights = toMatrixOrder(trainee.graph, node, data as Float32Array);
      const scales = rowScales(weights, matrix.rows, this.bits);
      const onGrid = fromInts(toInts(weights, scales, this.bits), scales);
      trainee.write(param, { shape, data: fromMatrixOrder(trainee.graph, node, onGrid) });
      const variable = trainee.variable(weightScale(param), () => tf.ones([matrix.rows]), false);
      tf.tidy(() => variable.assign(tf.tensor1d(scales)));
    }
  }

  /** The weight whose product a node's input enters. */
  private paramOf(node: GraphNode, index: number): ParamName | undefined {
    const param = node.params['weight'];
    return index === 0 && param !== undefined && this.inputs.has(param) ? param : undefined;
  }
}
