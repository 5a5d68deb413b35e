// Magnitude pruning: the smallest weights go, at once or along a ramp, then the rest heals with frozen masks.
import type { ParamName } from '../../../core/graph/model-graph';
import { patternOf } from '../../../core/recipe/pattern-of';
import type { MethodFacts } from '../../../core/runs/run-record';
import { sparsityOf } from '../../../core/recipe/sparsity-of';
import type { Allocator } from '../../../core/sparsity/allocators/allocator';
import { allocators } from '../../../core/sparsity/allocators/table';
import type { Pattern } from '../../../core/sparsity/pattern';
import type { Schedule } from '../../../core/sparsity/schedules/schedule';
import { ramps } from '../../../core/sparsity/schedules/table';
import { toMatrixOrder } from '../../../core/sparsity/weight-matrix';
import { ChannelOrder } from '../channel-order';
import { fittingLayers } from '../fitting-layers';
import type { MatrixLayer } from '../matrix-layers';
import { type Method, type MethodRun, type Plan, type Stage, stepsOf, type Trainee } from '../method';

/** From the weights of a layer in matrix order to what its mask keeps the highest of. */
export type Saliency = (weights: Float32Array, layer: MatrixLayer) => Float32Array;

export const sizeOf: Saliency = (weights) => weights.map(Math.abs);

export interface MagnitudeOptions {
  readonly pattern: Pattern;
  /** Of layers whose density the pattern leaves open. */
  readonly allocator: string;
  /** A key of the table of ramps. */
  readonly ramp: string;
  readonly head: boolean;
  readonly saliency: Saliency;
}

export const magnitude: Method = {
  id: 'magnitude',
  prepare(plan) {
    const { options } = plan.recipe;
    return new MagnitudeRun(plan, {
      pattern: patternOf(plan.recipe)!,
      allocator: String(options['allocator']),
      ramp: String(options['ramp']),
      head: options['head'] === true,
      saliency: sizeOf,
    });
  },
};

export class MagnitudeRun implements MethodRun {
  readonly stages: readonly Stage[];
  readonly prunable: readonly ParamName[];
  private readonly layers: readonly MatrixLayer[];
  private readonly first: number;
  private readonly schedule: Schedule;
  /** Undefined where the pattern says itself what it keeps. */
  private readonly allocator: Allocator | undefined;
  private readonly order: ChannelOrder | undefined;

  constructor(
    private readonly plan: Plan,
    private readonly options: MagnitudeOptions,
  ) {
    const { pattern, allocator, ramp, head } = options;
    const { denseShare, rampShare, maskEvery, permute } = plan.recipe.options;
    this.layers = fittingLayers(plan, pattern, head);
    this.prunable = this.layers.map(({ param }) => param);
    if (permute === true) this.order = new ChannelOrder(this.layers, pattern, plan.recipe.training.seed);
    this.allocator = pattern.sparsity.min < pattern.sparsity.max ? allocators.get(allocator) : undefined;
    const begin = stepsOf(denseShare, plan.totalSteps);
    const rise = ramp === 'one-shot' ? 0 : stepsOf(rampShare, plan.totalSteps);
    // Masks are complete one step before the end at the latest, however short the run.
    const end = Math.min(begin + rise, plan.totalSteps - 1);
    this.first = Math.min(begin, end);
    this.schedule = ramps.get(ramp)!.make({ begin: this.first, end, every: Number(maskEvery) });
    const stages = [
      { name: 'dense', begin: 0 },
      { name: 'ramp', begin: this.first },
      { name: 'heal', begin: end },
    ];
    // A stage that another one begins together with has no steps.
    this.stages = stages.filter((stage, i) => stage.begin !== stages[i + 1]?.begin);
  }

  enter(_: number, trainee: Trainee): Promise<void> {
    this.order?.enter(trainee);
    return Promise.resolve();
  }

  async facts(): Promise<MethodFacts> {
    return (await this.order?.facts()) ?? {};
  }

  async beforeStep(step: number, trainee: Trainee): Promise<void> {
    if (step === this.first) await this.order?.apply(trainee);
    if (step === this.first) await trainee.keepDense();
    if (!this.schedule.isMaskStep(step)) return;
    const { pattern, saliency } = this.options;
    const { graph } = trainee;
    const sparsity = this.schedule.sparsityAt(step, sparsityOf(this.plan.recipe));
    const scored = [];
    for (const layer of this.layers) {
      const { data } = await trainee.read(layer.param);
      const scores = saliency(toMatrixOrder(graph, layer.node, data as Float32Array), layer);
      scored.push({ ...layer, shape: graph.params[layer.param]!.shape, scores });
    }
    const densities = this.allocator?.allot(scored, sparsity);
    for (const { param, matrix, scores } of scored)
      trainee.setMask(param, pattern.mask(scores, matrix, densities?.get(param) ?? 1 - sparsity));
  }
}
