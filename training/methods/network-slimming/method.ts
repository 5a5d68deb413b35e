// Network slimming: an L1 penalty learns which channels matter, the others are cut out, the smaller model is fine-tuned.
import type { GroupId, PruneGroup } from '../../../core/graph/coupling/group';
import type { ModelGraph, ParamName } from '../../../core/graph/model-graph';
import { firstOf, type Kept, largest } from '../../../core/sparsity/allocators/channels/dial';
import { meetCost, requireCost } from '../../../core/sparsity/allocators/channels/meet-cost';
import { leastWidths, thresholdDial } from '../../../core/sparsity/allocators/channels/threshold';
import { tf } from '../../../native/tf';
import { flopsLeft } from '../channels/flops-left';
import { cutGroups } from '../channels/groups';
import { channelScores } from '../channels/scales';
import { type Method, type MethodRun, type Plan, type Stage, stepsOf, type Trainee } from '../method';

/** Which channels of a group stay, given how many. */
export type Choice = (scores: Float64Array, width: number, group: PruneGroup) => Uint32Array;

/** The choice is a parameter so that a benchmark can put chance in its place, at the same widths. */
export const slimmingMethod = (choose: Choice): Method => ({
  id: 'network-slimming',
  prepare: (plan) => new SlimmingRun(plan, choose),
});

export const networkSlimming: Method = slimmingMethod(largest);

class SlimmingRun implements MethodRun {
  readonly stages: readonly Stage[];
  readonly prunable: readonly ParamName[];
  readonly least: Kept;
  private readonly cutAt: number;
  private readonly graph: ModelGraph;
  private readonly groups: readonly PruneGroup[];
  private readonly recipe: Plan['recipe'];
  private readonly scales: ReadonlySet<ParamName>;
  private readonly l1: number;

  constructor(
    { graph, recipe, totalSteps }: Plan,
    private readonly choose: Choice,
  ) {
    const { groups, scales, prunable } = cutGroups({ graph, recipe });
    [this.graph, this.groups, this.recipe] = [graph, groups, recipe];
    this.least = firstOf(leastWidths(groups, this.roundTo));
    if (!recipe.budget) requireCost(graph, this.least, flopsLeft(recipe));
    this.scales = scales;
    this.prunable = prunable;
    this.l1 = Number(recipe.options['l1']);
    // One step of fine-tuning at least: BatchNorm's statistics have to meet the narrower layers.
    const cutAt = Math.min(stepsOf(recipe.options['sparsifyShare'], totalSteps), totalSteps - 1);
    this.cutAt = Math.max(0, cutAt);
    const stages = [
      { name: 'sparsify', begin: 0 },
      { name: 'fine-tune', begin: this.cutAt },
    ];
    this.stages = stages.slice(this.cutAt === 0 ? 1 : 0);
  }

  async beforeStep(step: number, trainee: Trainee): Promise<void> {
    if (step !== this.cutAt) return;
    await trainee.keepDense();
    const { graph, groups, recipe } = this;
    const scores = await channelScores(graph, groups, (name) => trainee.read(name));
    const dial = thresholdDial(groups, scores, this.roundTo);
    const widths = recipe.budget ? await trainee.meet(dial) : meetCost(graph, dial, flopsLeft(recipe));
    const kept = new Map<GroupId, Uint32Array>();
    for (const group of groups)
      kept.set(group.id, this.choose(scores.get(group.id)!, widths.get(group.id)!.length, group));
    await trainee.shrink(kept);
  }

  private get roundTo(): number {
    return Number(this.recipe.options['roundTo']);
  }

  /** ∂(λ Σ|γ|)/∂γ = λ · sign(γ): the subgradient of the paper's equation 1, while channels are still being told apart. */
  penalty(step: number) {
    if (step >= this.cutAt || this.l1 === 0) return undefined;
    return (name: ParamName, gradient: tf.Tensor, value: tf.Variable) =>
      this.scales.has(name) ? tf.add(gradient, tf.mul(tf.sign(value), this.l1)) : gradient;
  }
}
