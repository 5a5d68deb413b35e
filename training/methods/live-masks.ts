// Masks that change while all weights live on: what is masked in the forward pass is not held at zero, and may come back.
import type { ParamName } from '../../core/graph/model-graph';
import type { MethodFacts } from '../../core/runs/run-record';
import { type Mask, packMask, unpackMask } from '../../core/sparsity/mask';
import type { Pattern } from '../../core/sparsity/pattern';
import { fromMatrixOrder, toMatrixOrder } from '../../core/sparsity/weight-matrix';
import { tf } from '../../native/tf';
import type { MatrixLayer } from './matrix-layers';
import type { Trainee } from './trainee';

export interface Refresh {
  /** Share of a layer's weights to keep. */
  readonly density?: (layer: MatrixLayer) => number;
  /** What weights are kept by, in the framework's layout. */
  readonly score?: (layer: MatrixLayer) => Promise<Float32Array>;
}

export class LiveMasks {
  private masks = new Map<ParamName, Mask>();
  private variables = new Map<ParamName, tf.Variable>();
  /** Of the last refresh: the share of bits that flipped, mean |w| of what is kept and of what is not. Saved, so that a resumed run tells the same. */
  private found: tf.Variable | undefined;

  /** @param prefix before the names of the variables that keep the masks in checkpoints. */
  constructor(
    private readonly layers: readonly MatrixLayer[],
    private readonly pattern: Pattern,
    private readonly prefix: string,
  ) {}

  /** Whether a parameter has one. */
  has(name: ParamName): boolean {
    return this.variables.has(name);
  }

  /** 1 keeps, 0 prunes, in the kernels' layout; the masks' own, not to be disposed. */
  tensor(name: ParamName): tf.Variable {
    return this.variables.get(name)!;
  }

  /** Makes the variables; when a run is resumed they hold what they held. */
  async enter(trainee: Trainee): Promise<void> {
    const { parameters } = trainee.executor;
    this.found = trainee.variable(`${this.prefix}facts`, () => tf.zeros([3]), false);
    for (const { param, node, matrix } of this.layers) {
      const variable = trainee.variable(
        this.prefix + param,
        () => tf.ones(parameters.variable(param).shape),
        false,
      );
      this.variables.set(param, variable);
      const { data } = await parameters.toFramework(param, variable);
      const keep = toMatrixOrder(trainee.graph, node, data as Float32Array);
      this.show(trainee, param, packMask([matrix.rows, matrix.cols], keep));
    }
  }

  /** The pattern anew, of the largest weights at the pattern's own density unless said otherwise. */
  async refresh(trainee: Trainee, { density, score }: Refresh = {}): Promise<void> {
    let [flips, count, losers, kept, masked] = [0, 0, 0, 0, 0];
    for (const layer of this.layers) {
      const { param, node, matrix } = layer;
      const own = score
        ? await score(layer)
        : ((await trainee.read(param)).data as Float32Array).map(Math.abs);
      const size = toMatrixOrder(trainee.graph, node, own);
      const mask = this.pattern.mask(size, matrix, density?.(layer) ?? 1 - this.pattern.sparsity.max);
      const [keep, before] = [unpackMask(mask), unpackMask(this.masks.get(param)!)];
      keep.forEach((bit, i) => {
        if (bit !== before[i]) flips++;
        if (bit) kept += size[i]!;
        else [losers, masked] = [losers + size[i]!, masked + 1];
      });
      count += keep.length;
      const value = trainee.executor.parameters.toKernel(param, fromMatrixOrder(trainee.graph, node, keep));
      this.variables.get(param)!.assign(value);
      value.dispose();
      this.show(trainee, param, mask);
    }
    const facts = [flips / count, kept / Math.max(1, count - masked), losers / Math.max(1, masked)];
    tf.tidy(() => this.found!.assign(tf.tensor1d(facts)));
  }

  /** What the last refresh found, over all layers. @param masked how the method calls what its masks leave out. @param of what it scores by. */
  async facts(masked: string, of = '|w|'): Promise<MethodFacts> {
    if (!this.found) return {};
    const [flips, kept, losers] = await this.found.data();
    return {
      numbers: { 'mask flips': flips!, [`mean ${of}: kept`]: kept!, [`mean ${of}: ${masked}`]: losers! },
    };
  }

  /** From now on what is masked is zero and stays so. */
  settle(trainee: Trainee): void {
    for (const [param, mask] of this.masks) trainee.setMask(param, mask);
  }

  private show(trainee: Trainee, param: ParamName, mask: Mask): void {
    this.masks.set(param, mask);
    trainee.showMask(param, mask);
  }
}
