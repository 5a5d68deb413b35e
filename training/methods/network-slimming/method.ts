// Network slimming: an L1 penalty learns which channels matter, the others are cut out, the smaller model is fine-tuned.
import type { GroupId, PruneGroup } from '../../../core/graph/coupling/group';
import { findGroups } from '../../../core/graph/coupling/groups';
import type { ParamName } from '../../../core/graph/model-graph';
import { keptDenseParams } from '../../../core/recipe/keep-dense';
import { tf } from '../../../native/tf';
import { matrixLayers } from '../matrix-layers';
import { type Method, type MethodRun, type Plan, type Stage, stepsOf, type Trainee } from '../method';
import { type Budget, keptWidths, requireReachable } from './budget';
import { channelScores, rankedGroups, scaleParams } from './scales';

/** Which channels of a group stay, given how many. */
export type Choice = (scores: Float64Array, width: number, group: PruneGroup) => Uint32Array;

const largest: Choice = (scores, width) => {
  const order = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
  return Uint32Array.from(order.slice(0, width)).sort();
};

/** The choice is a parameter so that a benchmark can put chance in its place, at the same widths. */
export const slimmingMethod = (choose: Choice): Method => ({
  id: 'network-slimming',
  prepare: (plan) => new SlimmingRun(plan, choose),
});

export const networkSlimming: Method = slimmingMethod(largest);

class SlimmingRun implements MethodRun {
  readonly stages: readonly Stage[];
  readonly prunable: readonly ParamName[];
  private readonly cutAt: number;
  private readonly budget: Budget;
  private readonly scales: ReadonlySet<ParamName>;
  private readonly l1: number;

  constructor(
    { graph, recipe, totalSteps }: Plan,
    private readonly choose: Choice,
  ) {
    const ranked = rankedGroups(graph, findGroups(graph));
    if (ranked.length === 0)
      throw new Error(
        `no prunable group of channels of ${graph.name} passes through a BatchNorm with a scale`,
      );
    // A layer that stays as it is keeps what it reads as well as what it makes.
    const kept = keptDenseParams(recipe, graph);
    const groups = ranked.filter(({ members }) => !members.some(({ param }) => kept.has(param)));
    if (groups.length === 0)
      throw new Error(`keepDense leaves no group of channels of ${graph.name} to prune`);
    this.budget = { graph, groups, target: recipe.sparsity, roundTo: Number(recipe.options['roundTo']) };
    requireReachable(this.budget);
    this.scales = new Set([...scaleParams(graph)].filter((name) => isMember(groups, name)));
    this.prunable = matrixLayers(graph)
      .map(({ param }) => param)
      .filter((param) => isMember(groups, param));
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
    const { graph, groups } = this.budget;
    const scores = await channelScores(graph, groups, (name) => trainee.read(name));
    const widths = keptWidths(this.budget, scores);
    const kept = new Map<GroupId, Uint32Array>();
    for (const group of groups)
      kept.set(group.id, this.choose(scores.get(group.id)!, widths.get(group.id)!, group));
    await trainee.shrink(kept);
  }

  /** ∂(λ Σ|γ|)/∂γ = λ · sign(γ): the subgradient of the paper's equation 1, while channels are still being told apart. */
  penalty(step: number) {
    if (step >= this.cutAt || this.l1 === 0) return undefined;
    return (name: ParamName, gradient: tf.Tensor, value: tf.Variable) =>
      this.scales.has(name) ? tf.add(gradient, tf.mul(tf.sign(value), this.l1)) : gradient;
  }
}

const isMember = (groups: readonly PruneGroup[], name: ParamName): boolean =>
  groups.some(({ members }) => members.some(({ param }) => param === name));
