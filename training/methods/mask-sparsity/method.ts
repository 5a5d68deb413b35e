// MaskSparsity: only channels that a mask will remove are pulled to zero; those that stay keep the strength they had.
import type { PruneGroup } from '../../../core/graph/coupling/group';
import { eachPosition } from '../../../core/graph/coupling/runs';
import type { ParamName } from '../../../core/graph/model-graph';
import type { TensorData } from '../../../core/graph/tensor';
import { type Dial, firstOf, type Kept, largest } from '../../../core/sparsity/allocators/channels/dial';
import { meetCost, requireCost } from '../../../core/sparsity/allocators/channels/meet-cost';
import { leastWidths } from '../../../core/sparsity/allocators/channels/threshold';
import type { MethodFacts } from '../../../core/runs/run-record';
import { tf } from '../../../native/tf';
import { flopsLeft } from '../channels/flops-left';
import { cutGroups } from '../channels/groups';
import { meanOf, scaleParams, scaleSizes } from '../channels/scales';
import { type Method, type MethodRun, type Plan, type Stage, type StageTraining, stepsOf } from '../method';
import type { Trainee } from '../trainee';
import { judgeLambda, lambdaFor, momentum } from './budget';
import { compensate } from './compensate';
import { gammaFacts } from './facts';
import { givenKeep } from './given';
import { keepMask, maskIoU, type MaskPlan, type Source, thresholdOf } from './mask';
import { pull, type Regulariser } from './penalty';

/** What benchmarks may put in the place of parts. */
export interface Ablation {
  /** Which scales the masked stage pulls at. */
  readonly pulled?: 'doomed' | 'kept' | 'all' | 'none';
  /** The masked stage goes on from the globally sparse weights. */
  readonly goesOn?: boolean;
  /** Another mask of the same widths. */
  readonly choose?: (kept: Kept, groups: readonly PruneGroup[]) => Kept;
  /** A budget that is too short is gone through with. */
  readonly anyBudget?: boolean;
}

export const maskSparsityMethod = (ablation: Ablation = {}): Method => ({
  id: 'mask-sparsity',
  prepare: (plan) => new MaskSparsityRun(plan, ablation),
});

export const maskSparsity: Method = maskSparsityMethod();

/** The rate falls to a tenth at each of these shares of a stage. */
const drops = [0.5, 0.8];

const name = (of: string) => `mask-sparsity/${of}`;

class MaskSparsityRun implements MethodRun {
  readonly stages: readonly Stage[];
  readonly prunable: readonly ParamName[];
  readonly least: Kept;
  private readonly mask: Omit<MaskPlan, 'turn'>;
  private readonly given: Kept | undefined;
  /** The steps at which the mask is made, and at which the channels go. */
  private readonly maskAt: number;
  private readonly cutAt: number;
  private readonly globalAt: number;
  private readonly lambda: number;
  private readonly notice: string | undefined;
  private readonly options: Plan['recipe']['options'];
  /** The mask by scale, as {@link doomed} gave it: gradients are edited without the trainee at hand. */
  private readonly flags = new Map<ParamName, tf.Variable>();

  constructor(
    private readonly plan: Plan,
    private readonly ablation: Ablation,
  ) {
    const { graph, recipe, totalSteps } = plan;
    const { options } = recipe;
    this.options = options;
    const { groups, scales, prunable } = cutGroups(plan);
    this.prunable = prunable;
    const source = options['maskSource'] as Source;
    const [floor, share] = [Number(options['minChannels']), Number(options['minShare'])];
    this.mask = {
      ...{ graph, groups, scales, source, threshold: thresholdOf(recipe) },
      roundTo: Number(options['roundTo']),
      least: (channels) => Math.min(channels, Math.max(floor, Math.ceil(share * channels))),
    };
    this.given = source === 'given' ? givenKeep(String(options['keep'] ?? ''), graph, groups) : undefined;
    const { threshold, roundTo, least } = this.mask;
    this.least = firstOf(
      threshold === 'scores'
        ? leastWidths(groups, roundTo)
        : new Map(groups.map(({ id, channels }) => [id, least(channels)])),
    );
    if (source !== 'given' && threshold === 'scores' && !recipe.budget)
      requireCost(graph, this.least, flopsLeft(recipe));
    const sparse = Math.max(1, stepsOf(options['sparseShare'], totalSteps));
    const looks = source === 'global-sparse' ? 2 : 1;
    // One step of fine-tuning at least: it begins with the cut.
    this.globalAt = Math.max(
      0,
      Math.min(stepsOf(options['baselineShare'], totalSteps), totalSteps - 1 - looks * sparse),
    );
    this.maskAt = this.globalAt + (looks - 1) * sparse;
    this.cutAt = this.maskAt + sparse;
    if (this.cutAt >= totalSteps)
      throw new Error(
        `${totalSteps} steps are too few for ${looks} sparse stages of ${sparse} and a fine-tuning: train longer or lower sparseShare`,
      );
    this.stages = this.stagesOf(looks);
    const rates = Array.from({ length: sparse }, (_, step) => rateOf(Number(options['rate']), step, sparse));
    this.lambda = Number(options['lambda']) || lambdaFor(rates);
    this.notice = ablation.anyBudget ? undefined : judgeLambda(this.lambda, rates);
  }

  async enter(step: number, trainee: Trainee): Promise<void> {
    if (this.notice) await trainee.tell(this.notice);
    if (step > this.maskAt && step <= this.cutAt)
      for (const param of this.mask.scales) this.doomed(trainee, param);
    if (step > this.cutAt) this.agreed(trainee);
  }

  async beforeStep(step: number, trainee: Trainee): Promise<void> {
    if (step === this.globalAt) await trainee.keepDense();
    if (step === this.maskAt) {
      const kept = this.given ?? (await this.maskNow(trainee));
      this.remember(trainee, this.ablation.choose?.(kept, this.mask.groups) ?? kept);
      // From the baseline again: in the globally sparse net the scales that stay have shrunk with the others.
      if (this.maskAt > this.globalAt && !this.ablation.goesOn) trainee.load(await trainee.kept('dense'));
    }
    if (step === this.cutAt) await this.cut(trainee);
  }

  penalty(step: number) {
    if (step < this.globalAt || step >= this.cutAt) return undefined;
    const { scales } = this.mask;
    const begin = step < this.maskAt ? this.globalAt : this.maskAt;
    const rate = rateOf(Number(this.options['rate']), step - begin, this.cutAt - this.maskAt);
    return (param: ParamName, gradient: tf.Tensor, value: tf.Variable) => {
      if (!scales.has(param)) return gradient;
      const pulled = step < this.maskAt ? tf.onesLike(value) : this.pulled(param, value);
      return tf.add(
        gradient,
        pull(this.options['regulariser'] as Regulariser, value, pulled, this.lambda, rate),
      );
    };
  }

  async facts(trainee: Trainee): Promise<MethodFacts> {
    const scales = new Map<ParamName, TensorData>();
    for (const param of scaleParams(trainee.graph))
      if (this.mask.scales.has(param)) scales.set(param, await trainee.read(param));
    const { parameters } = trainee.executor;
    const doomed = new Map<ParamName, Float32Array>();
    for (const param of scales.keys())
      if (parameters.holds(name(param)))
        doomed.set(param, (await this.doomed(trainee, param).data()) as Float32Array);
    const iou = parameters.holds(name('iou')) ? (await this.agreed(trainee).data())[0] : undefined;
    return gammaFacts(scales, doomed.size > 0 ? doomed : undefined, iou);
  }

  private stagesOf(looks: number): Stage[] {
    const rate = (highest: unknown): StageTraining => ({
      ...{ optimizer: 'sgd', momentum, nesterov: true, weightDecay: 1e-4, decayAll: true },
      rate: (step, steps) => rateOf(Number(highest), step, steps),
    });
    const [training, tuning] = [rate(this.options['rate']), rate(this.options['fineTuneRate'])];
    const stages = [
      ...(this.globalAt > 0 ? [{ name: 'baseline', begin: 0, training }] : []),
      ...(looks === 2 ? [{ name: 'global sparse', begin: this.globalAt, training }] : []),
      { name: 'masked sparse', begin: this.maskAt, training },
      { name: 'fine-tune', begin: this.cutAt, training: tuning },
    ];
    return stages;
  }

  private async maskNow(trainee: Trainee): Promise<Kept> {
    const { source } = this.mask;
    if (source === 'given') throw new Error('a given mask is not made from weights');
    return this.maskOf(source, trainee);
  }

  private maskOf(source: Exclude<Source, 'given'>, trainee: Trainee): Promise<Kept> {
    const { recipe, graph } = this.plan;
    const turn = (dial: Dial) =>
      recipe.budget ? trainee.meet(dial) : meetCost(graph, dial, flopsLeft(recipe));
    return keepMask({ ...this.mask, source, turn }, (param) => trainee.read(param));
  }

  /** Stage 5: the channels of the mask, or those that the scales now name, leave the network. */
  private async cut(trainee: Trainee): Promise<void> {
    const mask = await this.remembered(trainee);
    const again = await this.maskAgain(trainee, mask);
    const kept = this.options['cutBy'] === 'scales' ? again : mask;
    const batches = await trainee.batches(Number(this.options['recalibrate']));
    if (this.options['compensate'] === true) await compensate(trainee, this.mask.groups, kept, batches);
    await trainee.shrink(kept);
    trainee.recalibrate(batches);
    const iou = maskIoU(mask, again);
    tf.tidy(() => this.agreed(trainee).assign(tf.tensor1d([iou])));
  }

  /** What the scales name now, by the rule that made the mask; where scales did not make it, as many of each group. */
  private async maskAgain(trainee: Trainee, mask: Kept): Promise<Kept> {
    const { source, graph, groups } = this.mask;
    const read = (param: ParamName) => trainee.read(param);
    if (source === 'global-sparse' || source === 'baseline') return this.maskOf(source, trainee);
    const scales = scaleParams(graph);
    const again = new Map<string, Uint32Array>();
    for (const group of groups) {
      const width = mask.get(group.id)?.length ?? group.channels;
      again.set(group.id, largest(meanOf(await scaleSizes(group, scales, read)), width));
    }
    return again;
  }

  private remember(trainee: Trainee, kept: Kept): void {
    const doomed = new Map<ParamName, Float32Array>();
    for (const { id, channels, members } of this.mask.groups) {
      const stays = new Set(kept.get(id) ?? Array(channels).keys());
      for (const { param, runs } of members) {
        if (!this.mask.scales.has(param)) continue;
        const flags = doomed.get(param) ?? new Float32Array(this.mask.graph.params[param]!.shape[0]!);
        doomed.set(param, flags);
        eachPosition(runs, (position, channel) => (flags[position] = stays.has(channel) ? 0 : 1));
      }
    }
    for (const [param, flags] of doomed)
      tf.tidy(() => this.doomed(trainee, param).assign(tf.tensor1d(flags)));
  }

  /** The mask as the variables have it; a channel without a scale stays. */
  private async remembered(trainee: Trainee): Promise<Kept> {
    const kept = new Map<string, Uint32Array>();
    for (const { id, channels, members } of this.mask.groups) {
      const gone = new Uint8Array(channels);
      for (const { param, runs } of members) {
        if (!this.mask.scales.has(param)) continue;
        const flags = await this.doomed(trainee, param).data();
        eachPosition(runs, (position, channel) => (gone[channel] = flags[position]!));
      }
      kept.set(id, Uint32Array.from([...gone.keys()].filter((channel) => gone[channel] === 0)));
    }
    return kept;
  }

  /** 1 where a scale belongs to a channel that goes: the complement of the mask, kept with checkpoints. */
  private doomed(trainee: Trainee, param: ParamName): tf.Variable {
    const { shape } = this.mask.graph.params[param]!;
    const variable = trainee.variable(name(param), () => tf.zeros([...shape]), false);
    this.flags.set(param, variable);
    return variable;
  }

  private agreed(trainee: Trainee): tf.Variable {
    return trainee.variable(name('iou'), () => tf.tensor1d([1]), false);
  }

  private pulled(param: ParamName, value: tf.Variable): tf.Tensor {
    const doomed = this.flags.get(param)!;
    switch (this.ablation.pulled ?? 'doomed') {
      case 'doomed':
        return doomed;
      case 'kept':
        return tf.sub(1, doomed);
      case 'all':
        return tf.onesLike(value);
      case 'none':
        return tf.zerosLike(value);
    }
  }
}

const rateOf = (highest: number, step: number, steps: number): number =>
  highest * 0.1 ** drops.filter((share) => step >= share * steps).length;
