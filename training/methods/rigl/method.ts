// RigL: sparse from the first step; weights of small magnitude make room for those of large gradient. Evci et al. 2020.
import type { ParamName } from '../../../core/graph/model-graph';
import { sparsityOf } from '../../../core/recipe/sparsity-of';
import { allocators } from '../../../core/sparsity/allocators/table';
import { packMask } from '../../../core/sparsity/mask';
import { keepHighest } from '../../../core/sparsity/patterns/keep-highest';
import { unstructured } from '../../../core/sparsity/patterns/unstructured';
import { cosineDecay } from '../../../core/sparsity/schedules/cosine-decay';
import { toMatrixOrder } from '../../../core/sparsity/weight-matrix';
import { tf } from '../../../native/tf';
import { seeded, seedFor } from '../../executor/random';
import { fittingLayers } from '../fitting-layers';
import type { MatrixLayer } from '../matrix-layers';
import { type Method, type MethodRun, type Plan, type Stage, stepsOf, type Trainee } from '../method';

export const rigl: Method = { id: 'rigl', prepare: (plan) => new RiglRun(plan) };

/** What weights grow by, in matrix order; the highest do. */
type Growth = (layer: MatrixLayer) => Promise<Float32Array>;

class RiglRun implements MethodRun {
  readonly stages: readonly Stage[];
  readonly prunable: readonly ParamName[];
  private readonly layers: readonly MatrixLayer[];
  /** Weights that each layer keeps: the same at every step. */
  private readonly kept: ReadonlyMap<ParamName, number>;
  private readonly every: number;
  private readonly end: number;
  private readonly share: (step: number) => number;

  constructor(private readonly plan: Plan) {
    const { graph, recipe, totalSteps } = plan;
    const { allocator, head, maskEvery, exchange, exchangeShare, grow } = recipe.options;
    this.layers = fittingLayers(plan, unstructured, head === true);
    this.prunable = this.layers.map(({ param }) => param);
    const shaped = this.layers.map((layer) => ({ ...layer, shape: graph.params[layer.param]!.shape }));
    const densities = allocators.get(String(allocator))!.allot(shaped, sparsityOf(recipe));
    this.kept = new Map(
      this.layers.map(({ param, matrix: { rows, cols } }) => [
        param,
        Math.round(densities.get(param)! * rows * cols),
      ]),
    );
    this.every = Number(maskEvery);
    this.end = grow === 'never' ? 0 : stepsOf(exchangeShare, totalSteps);
    this.share = cosineDecay(Number(exchange), this.end);
    const stages = [
      { name: 'sparse', begin: 0 },
      { name: 'heal', begin: this.end },
    ];
    this.stages = stages.slice(this.end === 0 ? 1 : 0);
  }

  async beforeStep(step: number, trainee: Trainee): Promise<void> {
    if (step === 0) {
      await trainee.keepDense();
      if (this.plan.recipe.model.weights !== undefined)
        await trainee.tell(
          'RigL begins with a random mask: most of the weights given are gone at the first step',
        );
      for (const layer of this.layers)
        this.mask(trainee, layer, keepHighest(this.chance('start', layer), this.kept.get(layer.param)!));
    } else if (step < this.end && step % this.every === 0) await this.exchange(step, trainee);
  }

  /** Of n kept weights the f(t) n smallest go, and as many grow among all that are then not kept. */
  private async exchange(step: number, trainee: Trainee): Promise<void> {
    await this.growing(step, trainee, async (growth) => {
      for (const layer of this.layers) {
        const { data } = await trainee.read(layer.param);
        const size = toMatrixOrder(trainee.graph, layer.node, data as Float32Array).map(Math.abs);
        const count = this.kept.get(layer.param)!;
        const grown = Math.floor(this.share(step) * count);
        const keep = keepHighest(size, count - grown);
        const scores = await growth(layer);
        // Below every gradient: what is kept cannot grow.
        keep.forEach((bit, i) => (scores[i] = bit ? -1 : Number.isNaN(scores[i]) ? 0 : scores[i]!));
        keepHighest(scores, grown).forEach((bit, i) => (keep[i]! |= bit));
        this.mask(trainee, layer, keep);
      }
    });
  }

  /** The dense gradient is that of the step's own batch, taken apart from the step: only exchanges cost anything. */
  private async growing(
    step: number,
    trainee: Trainee,
    work: (growth: Growth) => Promise<void>,
  ): Promise<void> {
    if (this.plan.recipe.options['grow'] === 'random')
      return work((layer) => Promise.resolve(this.chance(`grow ${step}`, layer)));
    const gradients = trainee.gradients(await trainee.batches(1, step));
    try {
      await work(async ({ param, node, matrix: { rows, cols } }) => {
        const gradient = gradients.get(param);
        if (!gradient) return new Float32Array(rows * cols);
        const { data } = await trainee.executor.parameters.toFramework(param, gradient);
        return toMatrixOrder(trainee.graph, node, data as Float32Array).map(Math.abs);
      });
    } finally {
      tf.dispose([...gradients.values()]);
    }
  }

  private mask(trainee: Trainee, { param, matrix: { rows, cols } }: MatrixLayer, keep: Uint8Array): void {
    trainee.setMask(param, packMask([rows, cols], keep));
  }

  private chance(name: string, { param, matrix: { rows, cols } }: MatrixLayer): Float32Array {
    const random = seeded(seedFor(this.plan.recipe.training.seed, `${name} ${param}`));
    return Float32Array.from({ length: rows * cols }, () => random.next());
  }
}
