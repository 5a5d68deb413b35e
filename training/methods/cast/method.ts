// CAST: weights that lose their group of four decay to zero while all else trains densely, with the dense model as teacher.
import type { ParamName } from '../../../core/graph/model-graph';
import type { MethodFacts } from '../../../core/runs/run-record';
import { twoFour } from '../../../core/sparsity/patterns/n-m';
import { tf } from '../../../native/tf';
import type { Parameters } from '../../executor/parameters';
import { AdamS } from '../../optimizers/adam-s';
import { fittingLayers } from '../fitting-layers';
import { LiveMasks } from '../live-masks';
import type { MatrixLayer } from '../matrix-layers';
import { type Method, type MethodLoss, type MethodRun, type Plan, type Stage, stepsOf } from '../method';
import { teacherLoss } from '../teacher-loss';
import type { Teacher, Trainee } from '../trainee';
import { decayBudget, judgeBudget } from './budget';
import { RowScales } from './scales';

/** What benchmarks may switch off, one at a time. */
export interface Ablation {
  /** Decay goes through the moments as any gradient. */
  readonly coupled?: boolean;
  /** Decay is as strong from the first step on as at the end of its ramp. */
  readonly constantDecay?: boolean;
  /** The learning rate does not fall. */
  readonly constantRate?: boolean;
  /** A budget that is too short is gone through with. */
  readonly anyBudget?: boolean;
}

export const castMethod = (ablation: Ablation = {}): Method => ({
  id: 'cast',
  prepare: (plan) => new CastRun(plan, ablation),
});

export const cast: Method = castMethod();

/** Batches that λ is measured on. */
const looks = 8;

class CastRun implements MethodRun {
  readonly stages: readonly Stage[];
  readonly prunable: readonly ParamName[];
  private readonly first: number;
  /** The step from which the masks are final and weights are zero. */
  private readonly end: number;
  private readonly every: number;
  private readonly masks: LiveMasks;
  private readonly scales: RowScales | undefined;
  private readonly layers: readonly MatrixLayer[];
  private readonly options: Plan['recipe']['options'];
  /** λ, once it is known: given, or measured where sparse training begins. */
  private decay: number;
  private teacher: Teacher | undefined;

  constructor(
    private readonly plan: Plan,
    private readonly ablation: Ablation,
  ) {
    const { recipe, totalSteps } = plan;
    const { options } = recipe;
    this.options = options;
    this.layers = fittingLayers(plan, twoFour, options['head'] === true);
    this.prunable = this.layers.map(({ param }) => param);
    this.first = Math.min(stepsOf(options['denseShare'], totalSteps), totalSteps - 1);
    this.end = Math.max(this.first + 1, totalSteps - stepsOf(options['fineTuneShare'], totalSteps));
    this.every = Number(options['maskEvery']);
    this.decay = Math.fround(Number(options['decay']));
    this.masks = new LiveMasks(this.layers, twoFour, 'cast/mask/');
    const parts = Number(options['scales']);
    this.scales = parts > 0 ? new RowScales(this.layers, parts, 4) : undefined;
    const sparse: Stage = {
      name: 'decay',
      begin: this.first,
      training: {
        make: (parameters, rate) => this.optimizer(parameters, rate),
        weightDecay: 0,
        // The last weights that decay are as large as the last rate: it has to fall.
        ...(ablation.constantRate ? { schedule: 'constant' } : { schedule: 'cosine', floor: 0.1 }),
      },
    };
    const fineTune: Stage = { name: 'fine-tune', begin: this.end, training: {} };
    const stages = [{ name: 'dense', begin: 0 }, sparse, ...(this.end < totalSteps ? [fineTune] : [])];
    this.stages = stages.slice(this.first === 0 ? 1 : 0);
  }

  async enter(step: number, trainee: Trainee): Promise<void> {
    if (step <= this.first) return;
    if (this.options['distil'] !== 0) this.teacher = trainee.teacher(await trainee.kept('dense'));
    await this.begin(trainee, step <= this.end);
    this.decay = (await this.kept(trainee).data())[0]!;
  }

  async beforeStep(step: number, trainee: Trainee): Promise<void> {
    if (step < this.first || step > this.end) return;
    if (step === this.first) {
      await trainee.keepDense();
      if (this.options['distil'] !== 0) this.teacher = trainee.teacher(await trainee.kept('dense'));
      await this.begin(trainee);
      if (this.decay === 0 && this.options['measureDecay'] === true)
        this.decay = await this.measuredDecay(trainee);
      tf.tidy(() => this.kept(trainee).assign(tf.tensor1d([this.decay])));
    }
    if (step === this.end) return this.cut(trainee);
    if ((step - this.first) % this.every === 0) await this.masks.refresh(trainee);
    if (step === this.first) await this.checkBudget(trainee);
  }

  loss(step: number): MethodLoss | undefined {
    if (step < this.first || !this.teacher) return undefined;
    const share = Number(this.options['distil']);
    return teacherLoss(this.plan.graph, this.teacher, { share, temperature: 1 });
  }

  async finish(trainee: Trainee): Promise<void> {
    if (this.end >= this.plan.totalSteps) await this.cut(trainee);
  }

  facts(): Promise<MethodFacts> {
    return this.masks.facts('decaying');
  }

  private async begin(trainee: Trainee, isScaled = true): Promise<void> {
    await this.masks.enter(trainee);
    this.scales?.enter(trainee);
    const { scales } = this;
    if (scales && isScaled) trainee.setHooks({ weight: (name, value) => scales.scaled(name, value) });
  }

  /** The masks of the weights as they are, zeros for what they leave out, and the scales folded in: algorithm 2's end. */
  private async cut(trainee: Trainee): Promise<void> {
    // So that what the cut costs stands in the metrics: nothing, where the decay has done its work.
    await trainee.judge();
    await this.masks.refresh(trainee);
    trainee.setHooks(undefined);
    this.scales?.fold(trainee);
    this.masks.settle(trainee);
  }

  /**
   * λ as the paper wants it: of the size of a gradient. Three times the mean |g| of the weights in question, of a batch each:
   * the mean gradient of several batches is smaller, as their noise cancels.
   */
  private async measuredDecay(trainee: Trainee): Promise<number> {
    const batches = await trainee.batches(looks);
    const means: number[] = [];
    for (const one of batches) {
      const gradients = trainee.gradients([one]);
      const found = this.prunable.flatMap((name) => gradients.get(name) ?? []);
      const size = found.reduce((sum, gradient) => sum + gradient.size, 0);
      const total = tf.tidy(() =>
        tf.addN([tf.scalar(0), ...found.map((gradient) => tf.sum(tf.abs(gradient)))]),
      );
      means.push((await total.data())[0]! / Math.max(1, size));
      tf.dispose([total, ...gradients.values()]);
    }
    // As the variable that keeps it has it, so that a resumed run decays the same.
    return Math.fround((3 * means.reduce((sum, mean) => sum + mean, 0)) / means.length);
  }

  /** λ as checkpoints keep it. */
  private kept(trainee: Trainee): tf.Variable {
    return trainee.variable('cast/decay', () => tf.tensor1d([0]), false);
  }

  private async checkBudget(trainee: Trainee): Promise<void> {
    if (this.decay === 0 || this.ablation.anyBudget) return;
    const steps = this.end - this.first;
    const rates = Array.from({ length: steps }, (_, t) => trainee.rate(this.first + t));
    const losers: number[] = [];
    for (const { param } of this.layers) {
      const { data } = await trainee.executor.parameters.toFramework(param, this.masks.tensor(param));
      const weights = (await trainee.read(param)).data;
      data.forEach((keep, i) => {
        if (!keep) losers.push(Math.abs(weights[i]!));
      });
    }
    const notice = judgeBudget(decayBudget(rates, Float32Array.from(losers)), steps);
    if (notice) await trainee.tell(notice);
  }

  private optimizer(parameters: Parameters, learningRate: number): AdamS {
    const { masks, ablation, end, first } = this;
    // λ is not known yet when the optimizer is made for a stage that begins.
    const decay = () => this.decay;
    return new AdamS(parameters, learningRate, {
      ...{ beta1: 0.9, beta2: Number(this.options['beta2']), epsilon: 1e-8 },
      steps: end - first,
      get decay() {
        return decay();
      },
      coupled: ablation.coupled ?? false,
      constant: ablation.constantDecay ?? false,
      maskOf: (name) => (masks.has(name) ? masks.tensor(name) : undefined),
    });
  }
}
