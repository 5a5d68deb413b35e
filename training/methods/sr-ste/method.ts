// SR-STE: N:M from dense weights that all keep learning; the forward pass sees the masked ones. Zhou et al. 2021.
import type { ParamName } from '../../../core/graph/model-graph';
import { twoFour } from '../../../core/sparsity/patterns/n-m';
import type { MethodFacts } from '../../../core/runs/run-record';
import { tf } from '../../../native/tf';
import { fittingLayers } from '../fitting-layers';
import { LiveMasks } from '../live-masks';
import {
  type GradientEdit,
  type Method,
  type MethodLoss,
  type MethodRun,
  type Plan,
  type Stage,
  stepsOf,
} from '../method';
import { teacherLoss } from '../teacher-loss';
import type { Teacher, Trainee } from '../trainee';

export const srSte: Method = {
  id: 'sr-ste',
  prepare: (plan) => new SrSteRun(plan),
};

class SrSteRun implements MethodRun {
  readonly stages: readonly Stage[];
  readonly prunable: readonly ParamName[];
  private readonly first: number;
  private readonly every: number;
  private readonly decay: number;
  private readonly fixed: boolean;
  private readonly distil: number;
  private readonly masks: LiveMasks;
  private teacher: Teacher | undefined;

  constructor(private readonly plan: Plan) {
    const { options } = plan.recipe;
    const layers = fittingLayers(plan, twoFour, options['head'] === true);
    this.prunable = layers.map(({ param }) => param);
    this.first = Math.min(stepsOf(options['denseShare'], plan.totalSteps), plan.totalSteps - 1);
    this.every = Number(options['maskEvery']);
    this.decay = Number(options['decay']);
    this.fixed = options['refresh'] === 'never';
    this.distil = Number(options['distil']);
    this.masks = new LiveMasks(layers, twoFour, 'sr-ste/mask/');
    const stages = [
      { name: 'dense', begin: 0 },
      { name: 'sparse', begin: this.first },
    ];
    this.stages = stages.slice(this.first === 0 ? 1 : 0);
  }

  async enter(step: number, trainee: Trainee): Promise<void> {
    // A run that stopped where sparse training begins begins it again.
    if (step > this.first) await this.begin(trainee);
  }

  async beforeStep(step: number, trainee: Trainee): Promise<void> {
    if (step < this.first) return;
    if (step === this.first) {
      await trainee.keepDense();
      await this.begin(trainee);
    }
    if (step === this.first || (!this.fixed && (step - this.first) % this.every === 0))
      await this.masks.refresh(trainee);
  }

  loss(step: number): MethodLoss | undefined {
    if (step < this.first || !this.teacher) return undefined;
    return teacherLoss(this.plan.graph, this.teacher, { share: this.distil, temperature: 1 });
  }

  /** Pulls masked weights towards zero, so that masks settle: the paper's equation 9. */
  penalty(step: number): GradientEdit | undefined {
    if (step < this.first || this.fixed || this.decay === 0) return undefined;
    return (name, gradient, value) =>
      this.masks.has(name)
        ? tf.add(gradient, tf.mul(tf.mul(tf.sub(1, this.masks.tensor(name)), value), this.decay))
        : gradient;
  }

  finish(trainee: Trainee): Promise<void> {
    trainee.setHooks(undefined);
    this.masks.settle(trainee);
    return Promise.resolve();
  }

  facts(): Promise<MethodFacts> {
    return this.masks.facts('masked');
  }

  private async begin(trainee: Trainee): Promise<void> {
    await this.masks.enter(trainee);
    if (this.distil > 0) this.teacher = trainee.teacher(await trainee.kept('dense'));
    const through = this.fixed ? tf.mul<tf.Tensor> : straightThrough;
    trainee.setHooks({
      weight: (name, value) => (this.masks.has(name) ? through(value, this.masks.tensor(name)) : value),
    });
  }
}

/** W ∘ mask forward, and back as if there were no mask: Bengio et al. 2013 (arXiv 1308.3432). */
const straightThrough = (weight: tf.Tensor, mask: tf.Tensor): tf.Tensor =>
  tf.customGrad((w) => ({
    value: tf.mul(w as tf.Tensor, mask),
    gradFunc: (dy: tf.Tensor | tf.Tensor[]) => dy,
  }))(weight);
