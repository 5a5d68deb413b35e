// N:M magnitude pruning: of every 4 weights the 2 largest stay; ramped in, then healed with frozen masks.
import type { MethodFacts } from '../../../core/runs/run-record';
import { twoFour } from '../../../core/sparsity/patterns/n-m';
import type { Pattern } from '../../../core/sparsity/pattern';
import { cubic } from '../../../core/sparsity/schedules/cubic';
import type { Schedule } from '../../../core/sparsity/schedules/schedule';
import { toMatrixOrder } from '../../../core/sparsity/weight-matrix';
import { ChannelOrder } from '../channel-order';
import { fittingLayers } from '../fitting-layers';
import type { MatrixLayer } from '../matrix-layers';
import { type Method, type MethodRun, type Plan, type Stage, stepsOf, type Trainee } from '../method';

/** From the weights of a layer in matrix order to what its mask keeps the highest of. */
export type Saliency = (weights: Float32Array, layer: MatrixLayer) => Float32Array;

const magnitude: Saliency = (weights) => weights.map(Math.abs);

/** The saliency is a parameter so that a benchmark can put chance in its place. */
export const nmMethod = (saliency: Saliency, pattern: Pattern = twoFour): Method => ({
  id: 'nm-magnitude',
  prepare(plan) {
    return new NmRun(plan, fittingLayers(plan, pattern), pattern, saliency);
  },
});

export const nmMagnitude: Method = nmMethod(magnitude);

class NmRun implements MethodRun {
  readonly stages: readonly Stage[];
  readonly prunable: readonly string[];
  private readonly first: number;
  private readonly schedule: Schedule;
  private readonly order: ChannelOrder | undefined;

  constructor(
    private readonly plan: Plan,
    private readonly layers: readonly MatrixLayer[],
    private readonly pattern: Pattern,
    private readonly saliency: Saliency,
  ) {
    const { options } = plan.recipe;
    const begin = stepsOf(options['denseShare'], plan.totalSteps);
    // Masks are complete one step before the end at the latest, however short the run.
    const end = Math.min(begin + stepsOf(options['rampShare'], plan.totalSteps), plan.totalSteps - 1);
    this.first = Math.min(begin, end);
    this.schedule = cubic({ begin: this.first, end, every: Number(options['maskEvery']) });
    const stages = [
      { name: 'dense', begin: 0 },
      { name: 'ramp', begin: this.first },
      { name: 'heal', begin: end },
    ];
    // A stage that another one begins together with has no steps.
    this.stages = stages.filter((stage, i) => stage.begin !== stages[i + 1]?.begin);
    this.prunable = layers.map(({ param }) => param);
    if (options['permute'] === true)
      this.order = new ChannelOrder(layers, pattern, plan.recipe.training.seed);
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
    const density = 1 - this.schedule.sparsityAt(step, this.plan.recipe.sparsity);
    for (const layer of this.layers) {
      const { data } = await trainee.read(layer.param);
      const weights = toMatrixOrder(trainee.graph, layer.node, data as Float32Array);
      trainee.setMask(layer.param, this.pattern.mask(this.saliency(weights, layer), layer.matrix, density));
    }
  }
}
