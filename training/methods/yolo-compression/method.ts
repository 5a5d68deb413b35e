// Three stages for detectors (arXiv 2509.12918): scales pulled to zero, weak channels cut, the unpruned model as teacher.
import { graphCost } from '../../../core/graph/cost';
import { eachPosition } from '../../../core/graph/coupling/runs';
import type { ParamName, ValueId } from '../../../core/graph/model-graph';
import { neckMaps } from '../../../core/graph/neck-maps';
import type { Dial, Kept } from '../../../core/sparsity/allocators/channels/dial';
import type { MethodFacts } from '../../../core/runs/run-record';
import { tf } from '../../../native/tf';
import { cutGroups } from '../channels/groups';
import { scaleParams } from '../channels/scales';
import { type Method, type MethodLoss, type MethodRun, type Plan, type Stage, stepsOf } from '../method';
import type { Teacher, Trainee } from '../trainee';
import { type Cut, cutOf, keptChannels, layerWidths, leastChannels } from './channels';
import { type Align, type AlignedMap, alignedMaps, distillation, keptOfMaps } from './distillation';
import { answers, answersOf, randomImages, requireSame, silenced } from './equivalence';
import { type AfterCut, facts, quantile } from './facts';
import { chosenStrength, judgeStrength, momentum, type Pull, strengthAt } from './pull';

export const yoloCompression: Method = {
  id: 'yolo-compression',
  prepare: (plan) => new CompressionRun(plan),
};

/** Bound of gradients in the sparse stage where the recipe sets none; the penalty comes after it, so it is not scaled down. */
const clipNorm = 10;

/** Images that the pruned model is held against the whole one on. */
const images = 2;

/** A scale of this size still speaks: what is cut with it is missed. */
const loud = 0.1;

class CompressionRun implements MethodRun {
  readonly stages: readonly Stage[];
  readonly prunable: readonly ParamName[];
  readonly least: Kept;
  private readonly cut: Cut;
  private readonly scales: ReadonlySet<ParamName>;
  /** Where the sparse stage and the fine-tuning begin. */
  private readonly sparseAt: number;
  private readonly cutAt: number;
  private readonly pull: Pull;
  private readonly s0: number;
  private readonly notice: string | undefined;
  private readonly maps: readonly ValueId[];
  private readonly lambda: number;
  private learnt: { readonly teacher: Teacher; readonly maps: readonly AlignedMap[] } | undefined;

  constructor(private readonly plan: Plan) {
    const { graph, recipe, totalSteps, data } = plan;
    const { options } = recipe;
    if (data.targets.kind !== 'boxes')
      throw new Error(
        `YOLO compression is for detectors, and ${data.name} holds ${data.targets.kind}, not boxes`,
      );
    const { groups, scales, prunable } = cutGroups(plan);
    this.prunable = prunable;
    this.scales = scales;
    this.cut = cutOf(recipe, { graph, groups });
    this.least = leastChannels(this.cut);
    const widths = layerWidths(this.cut);
    if (this.cut.scope === 'layer' && groups.every(({ id, channels }) => widths.get(id) === channels))
      throw new Error(
        `sparsity ${this.cut.ratio} with minChannels and roundTo leaves every layer of ${graph.name} as it is: raise sparsity or lower them`,
      );
    this.lambda = Number(options['cwd']);
    this.maps = neckMaps(graph);
    if (this.lambda > 0 && this.maps.length === 0)
      throw new Error(
        `${graph.name} has no maps that a detection head reads, to learn from a teacher's: set cwd to 0`,
      );
    const sparse = stepsOf(options['sparseShare'], totalSteps);
    // One step of fine-tuning at least: it begins with the cut.
    this.sparseAt = Math.max(
      0,
      Math.min(stepsOf(options['denseShare'], totalSteps), totalSteps - 1 - sparse),
    );
    this.cutAt = this.sparseAt + sparse;
    if (this.cutAt >= totalSteps)
      throw new Error(
        `${totalSteps} steps are too few for a sparse stage of ${sparse} and a fine-tuning: train longer or lower sparseShare`,
      );
    const rate = Number(options['rate']);
    this.pull = sparse === 0 ? 'none' : (options['pull'] as Pull);
    this.s0 = Number(options['s0']) || chosenStrength(this.pull, rate, sparse);
    this.notice = judgeStrength(this.pull, this.s0, rate, sparse);
    this.stages = this.stagesOf(rate);
  }

  async enter(step: number, trainee: Trainee): Promise<void> {
    if (this.notice) await trainee.tell(this.notice);
    if (step <= this.cutAt) return;
    this.apart(trainee);
    await this.learn(trainee, new Map());
  }

  async beforeStep(step: number, trainee: Trainee): Promise<void> {
    if (step === this.sparseAt) await trainee.keepDense();
    if (step === this.cutAt) await this.prune(trainee);
  }

  /** s · sign(γ), the subgradient of s Σ |γ|; β is left alone. */
  penalty(step: number) {
    const strength = this.s0 * strengthAt(this.pull, step - this.sparseAt, this.cutAt - this.sparseAt);
    if (step < this.sparseAt || step >= this.cutAt || strength === 0) return undefined;
    return (name: ParamName, gradient: tf.Tensor, value: tf.Variable) =>
      this.scales.has(name) ? tf.add(gradient, tf.mul(tf.sign(value), strength)) : gradient;
  }

  loss(step: number): MethodLoss | undefined {
    if (step < this.cutAt || !this.learnt) return undefined;
    const tau = Number(this.plan.recipe.options['tau']);
    return distillation(this.learnt.teacher, this.learnt.maps, { lambda: this.lambda, tau });
  }

  async facts(trainee: Trainee): Promise<MethodFacts> {
    return facts(await this.sizes(trainee), await this.afterCut(trainee));
  }

  private stagesOf(rate: number): Stage[] {
    const { training, options } = this.plan.recipe;
    const stages: Stage[] = [
      { name: 'dense', begin: 0, training: {} },
      {
        name: 'sparse',
        begin: this.sparseAt,
        training: {
          ...{ optimizer: 'sgd', momentum, nesterov: false, learningRate: rate, rate: () => rate },
          clipNorm: training.clipNorm || clipNorm,
          // A pull of weight decay on scales would blur what the penalty says of them; an average would not be what is cut.
          ...{ decayAll: false, average: 0 },
        },
      },
      {
        name: 'fine-tune',
        begin: this.cutAt,
        training: { learningRate: training.learningRate * Number(options['fineTuneRate']) },
      },
    ];
    // A stage that another one begins together with has no steps.
    return stages.filter(({ begin }, i) => begin !== stages[i + 1]?.begin);
  }

  /** Stage 2. */
  private async prune(trainee: Trainee): Promise<void> {
    const { graph, recipe } = this.plan;
    if (this.cutAt > this.sparseAt) await trainee.judge();
    if (this.learnsFrom === 'parent' && this.cutAt > this.sparseAt) await trainee.keep('parent');
    const turn = recipe.budget ? (dial: Dial) => trainee.meet(dial) : undefined;
    const kept = await keptChannels(this.cut, (name) => trainee.read(name), turn);
    await this.warn(trainee, kept);
    const weights = await trainee.executor.parameters.save();
    const view = trainee.task.view?.(graph) ?? graph;
    const input = randomImages(graph, images, recipe.training.seed);
    const whole = await answers(view, silenced(graph, weights, this.cut.groups, kept), input);
    await trainee.shrink(kept);
    const apart = requireSame(graph.name, whole, await answersOf(trainee.executor, input));
    tf.tidy(() => this.apart(trainee).assign(tf.tensor1d([apart])));
    trainee.recalibrate(await trainee.batches(Number(recipe.options['recalibrate'])));
    // The trainer measures where a stage begins, but not before the first step.
    if (this.cutAt === 0) await trainee.judge();
    await this.learn(trainee, kept);
  }

  private get learnsFrom(): 'parent' | 'original' | undefined {
    return this.lambda > 0 ? (this.plan.recipe.options['teacher'] as 'parent' | 'original') : undefined;
  }

  /** Stage 3. @param kept at the cut; afterwards the variables know. */
  private async learn(trainee: Trainee, kept: Kept): Promise<void> {
    const from = this.learnsFrom;
    if (!from) return;
    const { graph, recipe } = this.plan;
    const weights = await trainee.kept(from === 'parent' && this.cutAt > this.sparseAt ? 'parent' : 'dense');
    const [align, { seed }] = [recipe.options['align'] as Align, recipe.training];
    const channels = keptOfMaps(graph, this.maps, kept);
    this.learnt = {
      teacher: trainee.teacher(weights),
      maps: alignedMaps(trainee, graph, this.maps, align, seed, channels),
    };
  }

  /** Channels that go though their scales are not small. */
  private async warn(trainee: Trainee, kept: Kept): Promise<void> {
    if (this.pull === 'none' || this.cut.criterion !== 'bnGamma') return;
    const gone: number[] = [];
    for (const { id, members } of this.cut.groups) {
      const stays = new Set(kept.get(id));
      for (const { param, runs } of members) {
        if (!this.scales.has(param)) continue;
        const { data } = await trainee.read(param);
        eachPosition(runs, (position, channel) => {
          if (!stays.has(channel)) gone.push(Math.abs(data[position]!));
        });
      }
    }
    const median = quantile(Float64Array.from(gone).sort(), 0.5);
    if (median > loud)
      await trainee.tell(
        `the channels that went had scales of ${median.toFixed(2)} in the median, far from zero: raise s0 or sparseShare`,
      );
  }

  /** |γ| of all channels that can go; of those that stayed once they are gone. */
  private async sizes(trainee: Trainee): Promise<number[]> {
    const sizes: number[] = [];
    for (const name of scaleParams(trainee.graph))
      if (this.scales.has(name))
        for (const value of (await trainee.read(name)).data) sizes.push(Math.abs(value));
    return sizes;
  }

  private async afterCut(trainee: Trainee): Promise<AfterCut | undefined> {
    if (!trainee.executor.parameters.holds(apartName)) return undefined;
    const [before, now] = [graphCost(this.plan.graph), graphCost(trainee.graph)];
    const [apart = 0] = await this.apart(trainee).data();
    return { apart, params: 1 - now.params / before.params, macs: 1 - now.macs / before.macs };
  }

  private apart(trainee: Trainee): tf.Variable {
    return trainee.variable(apartName, () => tf.tensor1d([0]), false);
  }
}

const apartName = 'yolo-compression/apart';
