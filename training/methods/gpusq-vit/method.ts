// GPUSQ-ViT: a vision transformer is pruned to 2:4 with the dense model as teacher, then quantised with the sparse one as teacher.
import type { ParamName } from '../../../core/graph/model-graph';
import { type Block, transformerBlocks } from '../../../core/graph/transformer-blocks';
import type { Bits } from '../../../core/quantisation/grid';
import type { MethodFacts } from '../../../core/runs/run-record';
import type { Mask } from '../../../core/sparsity/mask';
import type { Pattern, WeightMatrix } from '../../../core/sparsity/pattern';
import { twoFour } from '../../../core/sparsity/patterns/n-m';
import { fourEightPairs } from '../../../core/sparsity/patterns/pairs';
import { toMatrixOrder } from '../../../core/sparsity/weight-matrix';
import type { MatrixLayer } from '../matrix-layers';
import { type Method, type MethodLoss, type MethodRun, type Plan, type Stage, stepsOf } from '../method';
import type { Teacher, Trainee } from '../trainee';
import { distillation } from './distillation';
import { type WeightFactor, weightFactors } from './factors';
import { gemms } from './gemms';
import { Quantiser } from './quantiser';
import { Journal, type Mark } from './journal';

/** What benchmarks may change, one at a time. */
export interface Ablation {
  /** Features are learnt also where teacher and student disagree. */
  readonly everySample?: boolean;
  /** Factors of the second stage, where the first one was another run's. */
  readonly distances?: readonly number[];
  /** Of weights in matrix order; by default the pattern's of their magnitudes. */
  readonly mask?: (weights: Float32Array, matrix: WeightMatrix, pattern: Pattern) => Mask;
}

export const gpusqMethod = (ablation: Ablation = {}): Method => ({
  id: 'gpusq-vit',
  prepare: (plan) => new GpusqRun(plan, ablation),
});

export const gpusqVit: Method = gpusqMethod();

const byMagnitude: NonNullable<Ablation['mask']> = (weights, matrix, pattern) =>
  pattern.mask(weights.map(Math.abs), matrix, 0.5);

const patterns: Readonly<Record<string, Pattern>> = { '2:4': twoFour, '4:8-pairs': fourEightPairs };

/** The share of the first stage's steps, its last, that distances of features are averaged over. */
const recorded = 0.2;

class GpusqRun implements MethodRun {
  readonly stages: readonly Stage[];
  readonly prunable: readonly ParamName[];
  private readonly pattern: Pattern;
  private readonly layers: readonly MatrixLayer[];
  /** Blocks whose outputs are learnt. */
  private readonly critical: readonly Block[];
  private readonly options: Plan['recipe']['options'];
  /** First steps of the pruned and of the quantised model. */
  private readonly first: number;
  private readonly second: number;
  private readonly quantiser: Quantiser;
  private readonly journal: Journal;
  private teacher: Teacher | undefined;
  private factors: readonly number[];

  constructor(
    private readonly plan: Plan,
    private readonly ablation: Ablation,
  ) {
    const { graph, recipe, totalSteps, data } = plan;
    const { options } = recipe;
    this.options = options;
    if (data.targets.kind !== 'classes')
      throw new Error(
        `GPUSQ-ViT learns where teacher and student say the same class, and ${data.name} holds ${data.targets.kind}`,
      );
    const blocks = transformerBlocks(graph);
    if (blocks.length === 0)
      throw new Error(`no block of ${graph.name} attends: GPUSQ-ViT is for vision transformers`);
    const count = Math.ceil(Number(options['criticalShare']) * blocks.length);
    this.critical = blocks.slice(blocks.length - count);
    this.pattern = patterns[String(options['layout'])]!;
    this.layers = gemms(plan, this.pattern);
    this.prunable = this.layers.map(({ param }) => param);
    this.first = Math.min(stepsOf(options['denseShare'], totalSteps), totalSteps - 1);
    this.second = Math.max(this.first, totalSteps - stepsOf(options['quantiseShare'], totalSteps));
    this.quantiser = new Quantiser(this.layers, Number(options['bits']) as Bits);
    this.journal = new Journal(this.critical.map(({ path }) => path));
    this.factors = this.critical.map(() => 1);
    const { learningRate } = recipe.training;
    const stage = (name: string, begin: number, share: unknown): Stage => ({
      name,
      begin,
      training: { learningRate: learningRate * Number(share), schedule: 'cosine' },
    });
    const stages = [
      stage('dense', 0, 1),
      stage('prune', this.first, options['pruneRate']),
      stage('quantise', this.second, options['quantiseRate']),
    ];
    // A stage that another one begins together with has no steps.
    this.stages = stages.filter(({ begin }, i) => begin < totalSteps && begin !== stages[i + 1]?.begin);
  }

  async enter(step: number, trainee: Trainee): Promise<void> {
    this.journal.enter(trainee);
    this.quantiser.enter(trainee);
    if (step > this.second) return this.learnQuantised(trainee);
    if (step > this.first) this.teacher = trainee.teacher(await trainee.kept('dense'));
  }

  async beforeStep(step: number, trainee: Trainee): Promise<void> {
    if (step === this.first) await this.prune(trainee);
    if (step === this.second) await this.quantise(trainee);
  }

  loss(step: number): MethodLoss | undefined {
    if (step < this.first || !this.teacher) return undefined;
    const { options, journal } = this;
    const number = (key: string) => Number(options[key]);
    const isRecorded = step < this.second && step >= this.second - recorded * (this.second - this.first);
    return distillation(
      this.plan.graph,
      this.teacher,
      {
        ...{ alpha: number('hard'), beta: number('soft'), gamma: number('feature') },
        temperature: number('temperature'),
        supervised: options['supervision'] !== 'unsupervised',
        agreeOnly: this.ablation.everySample !== true,
        normalised: options['featureNorm'] !== 'raw',
        critical: this.critical.map(({ output }) => output),
        factors: this.factors,
      },
      (distances, agreement) => journal.add(distances, agreement, isRecorded),
    );
  }

  async finish(trainee: Trainee): Promise<void> {
    if (this.second >= this.plan.totalSteps) return this.judge(trainee, 'sparse');
    trainee.setHooks(undefined);
    await this.quantiser.settle(trainee);
    // Inputs stay quantised, so that what is judged in the end is what the whole numbers compute.
    trainee.setHooks(this.quantiser.hooks(false));
    await this.judge(trainee, 'quantised');
  }

  facts(): Promise<MethodFacts> {
    return this.journal.facts();
  }

  private async prune(trainee: Trainee): Promise<void> {
    await trainee.keepDense();
    await this.judge(trainee, 'dense');
    const mask = this.ablation.mask ?? byMagnitude;
    for (const layer of this.layers) {
      const { data } = await trainee.read(layer.param);
      const weights = toMatrixOrder(trainee.graph, layer.node, data as Float32Array);
      trainee.setMask(layer.param, mask(weights, layer.matrix, this.pattern));
    }
    await this.judge(trainee, 'one-shot');
    this.teacher = trainee.teacher(await trainee.kept('dense'));
  }

  private async quantise(trainee: Trainee): Promise<void> {
    await trainee.keep('sparse');
    await this.judge(trainee, 'sparse');
    const { batch } = this.plan.recipe.training;
    await this.quantiser.calibrate(trainee, {
      percentile: Number(this.options['percentile']),
      batches: Math.ceil(Number(this.options['calibration']) / batch),
    });
    await this.learnQuantised(trainee);
    await this.judge(trainee, 'quantised untrained');
  }

  /** With the sparse model as teacher, and factors of what its features were apart from the dense one's. */
  private async learnQuantised(trainee: Trainee): Promise<void> {
    this.teacher = trainee.teacher(await trainee.kept('sparse'));
    const distances = this.ablation.distances ?? (await this.journal.distances());
    if (distances) this.factors = weightFactors(distances, this.options['weightFactor'] as WeightFactor);
    this.journal.weigh(this.factors);
    trainee.setHooks(this.quantiser.hooks());
  }

  /** One bar of the waterfall. */
  private async judge(trainee: Trainee, mark: Mark): Promise<void> {
    const metrics = await trainee.task.evaluate(trainee.executor, this.plan.data);
    await this.journal.judged(mark, metrics?.['accuracy'] ?? NaN);
  }
}
