// Prunes trained weights in one go: masks by a criterion, SparseGPT, or fewer channels. Nothing is trained.
import type { GroupId } from '../../core/graph/coupling/group';
import { findGroups } from '../../core/graph/coupling/groups';
import { graphCost } from '../../core/graph/cost';
import type { ModelGraph, ParamName } from '../../core/graph/model-graph';
import { applySlices, shrink } from '../../core/graph/surgery';
import type { TensorData, TrainedModel } from '../../core/graph/tensor';
import type { PrunedLayer, PruneOptions } from '../../core/protocol/training-host';
import { engineField } from '../../core/recipe/budget-fields';
import { isKeptDense, keptDenseParams } from '../../core/recipe/keep-dense';
import { meetCost } from '../../core/sparsity/allocators/channels/meet-cost';
import type { Target, TimeGoal } from '../../core/sparsity/allocators/channels/meet-milliseconds';
import { thresholdDial } from '../../core/sparsity/allocators/channels/threshold';
import { askedWords, type Budget, type BudgetOutcome } from '../../core/sparsity/budget';
import { type Criterion } from '../../core/sparsity/criteria/criterion';
import { criteria } from '../../core/sparsity/criteria/table';
import { type Mask, unpackMask } from '../../core/sparsity/mask';
import type { Pattern } from '../../core/sparsity/pattern';
import { patternNamed } from '../../core/sparsity/patterns/families';
import { scopedMasks } from '../../core/sparsity/scoped-masks';
import { fromMatrixOrder } from '../../core/sparsity/weight-matrix';
import { cutGroups } from '../methods/channels/groups';
import { meet } from '../methods/channels/meet';
import { channelScores } from '../methods/channels/scales';
import { type MatrixLayer, matrixLayers } from '../methods/matrix-layers';
import { groupScores, scorableGroups } from './channel-scores';
import { hasColumns } from './columns';
import { sparseGpt, sparseGptFits } from './sparse-gpt';
import { type Calibration, gatherStatistics, gramOf } from './statistics';

/** Named like a criterion; it updates weights as well as choosing them. */
export const sparseGptId = 'sparsegpt';

export interface Goal {
  readonly pattern: Pattern;
  /** Of channels with a budget: 0, and the budget says how much goes. */
  readonly sparsity: number;
  readonly budget?: Budget;
  /** Undefined: SparseGPT. */
  readonly criterion: Criterion | undefined;
}

export interface Pruned {
  readonly model: TrainedModel;
  /** Of weight patterns. */
  readonly masks: ReadonlyMap<ParamName, Mask>;
  readonly budget?: BudgetOutcome;
}

/** What a request asks for, checked before anything is read. Throws one line. */
export function goalOf({ pattern: name, criterion: id, ...amount }: PruneOptions): Goal {
  const pattern = patternNamed(name);
  if (pattern.kind === 'structure' && pattern.id !== 'channel')
    throw new Error(`${pattern.id} is not pruned without training yet: take channel or a weight pattern`);
  const howMuch = amountOf(pattern, amount);
  if (id === sparseGptId) {
    const fit = sparseGptFits(pattern);
    if (!fit.ok) throw new Error(fit.reason);
    return { pattern, ...howMuch, criterion: undefined };
  }
  const criterion = criteria.get(id);
  if (!criterion)
    throw new Error(
      `there is no criterion ${JSON.stringify(id.slice(0, 40))}; criteria are ${[...criteria.keys(), sparseGptId].join(', ')}`,
    );
  if (criterion.needs.has('movement'))
    throw new Error('movement is gathered while a model is fine-tuned: nothing is trained here');
  if (criterion.kind === 'channel' && pattern.kind !== 'structure')
    throw new Error(`${criterion.id} scores whole channels: it goes with the pattern channel`);
  return { pattern, ...howMuch, criterion };
}

const engines: readonly string[] = engineField.choices.map(({ value }) => value);

function amountOf(
  { id, kind, sparsity: { min, max } }: Pattern,
  { sparsity, budget }: Pick<PruneOptions, 'sparsity' | 'budget'>,
): Pick<Goal, 'sparsity' | 'budget'> {
  if (budget) {
    if (kind !== 'structure')
      throw new Error(
        `${id} leaves every tensor as large as it is: a budget of ${askedWords(budget)} goes with the pattern channel`,
      );
    if (sparsity !== undefined)
      throw new Error('sparsity and a budget both say how much goes: give one of them');
    const asked = budget.macs ?? budget.milliseconds;
    if (!(asked > 0) || (budget.macs !== undefined && asked >= 1))
      throw new Error(
        budget.macs === undefined
          ? `a budget of ${asked} ms is no time`
          : `a budget of ${asked} of the MACs is outside 0 … 1`,
      );
    if (budget.engine !== undefined && !engines.includes(budget.engine))
      throw new Error(`there is no engine ${JSON.stringify(budget.engine)}: ${engines.join(', ')}`);
    return { sparsity: 0, budget };
  }
  if (sparsity === undefined) throw new Error('nothing says how much goes: give a sparsity or a budget');
  if (!(sparsity >= min - 1e-9 && sparsity <= max + 1e-9) || sparsity <= 0)
    throw new Error(
      min === max
        ? `${id} has a sparsity of ${min}, not ${sparsity}`
        : `a sparsity of ${sparsity} is outside 0 … ${max} of ${id}`,
    );
  return { sparsity };
}

/** Whether the goal can be reached without looking at data. */
export const needsData = ({ criterion }: Goal): boolean =>
  !criterion || criterion.needs.has('gradients') || criterion.needs.has('activations');

/** The layers that a weight pattern is laid on, and why the others stay as they are. Throws one line when none is left. */
export function layersFor(
  graph: ModelGraph,
  { pattern, criterion }: Goal,
  keepDense: readonly string[],
): { readonly layers: MatrixLayer[]; readonly left: { readonly path: string; readonly reason: string }[] } {
  const readsInputs = !criterion || criterion.needs.has('activations');
  const layers: MatrixLayer[] = [];
  const left: { path: string; reason: string }[] = [];
  for (const layer of matrixLayers(graph)) {
    const { node, matrix } = layer;
    const fit = pattern.fits(matrix);
    const reason = isKeptDense({ keepDense }, node.path)
      ? 'is kept dense'
      : !fit.ok
        ? fit.reason
        : readsInputs && !hasColumns(node)
          ? `${node.op} has no columns of inputs to look at`
          : undefined;
    if (reason === undefined) layers.push(layer);
    else left.push({ path: node.path, reason });
  }
  if (layers.length === 0) {
    const [first] = left;
    throw new Error(
      `${pattern.id} fits no layer of ${graph.name}${first ? `: ${first.path}: ${first.reason}` : ''}`,
    );
  }
  return { layers, left };
}

/** Weights masked by the goal's criterion, or by SparseGPT, layer by layer. @param executor runs the weights given. */
export async function pruneWeights(
  { graph, weights }: TrainedModel,
  goal: Goal,
  layers: readonly MatrixLayer[],
  calibration: Calibration,
  onLayer: (done: number, path: string) => void,
): Promise<Pruned> {
  const { pattern, sparsity, criterion } = goal;
  const pruned = new Map(weights);
  const masks = new Map<ParamName, Mask>();
  const set = ({ param, node }: MatrixLayer, values: Float32Array, mask: Mask) => {
    pruned.set(param, { shape: graph.params[param]!.shape, data: fromMatrixOrder(graph, node, values) });
    masks.set(param, mask);
  };
  if (!criterion) {
    const { parameters } = calibration.executor;
    const known = await gatherStatistics(new Set(), layers, calibration);
    for (const [i, layer] of layers.entries()) {
      onLayer(i / layers.length, layer.node.path);
      const gram = await gramOf(layer, calibration);
      if (!gram) throw new Error(`no input reaches ${layer.node.path}: keep it dense`);
      const result = sparseGpt(known[i]!.weights, layer.matrix, gram, { pattern, sparsity });
      set(layer, result.weights, result.mask);
      // The layers behind see what this one answers now.
      parameters.write(layer.param, pruned.get(layer.param)!);
    }
    return { model: { graph, weights: pruned }, masks };
  }
  onLayer(0, 'statistics');
  const known = await gatherStatistics(criterion.needs, layers, calibration);
  const scored = known.map((layer) => ({
    ...{ name: layer.param, matrix: layer.matrix },
    scores: criterion.score(layer),
  }));
  const found = scopedMasks(pattern, scored, 1 - sparsity, criterion.scope);
  layers.forEach((layer, i) => {
    const keep = unpackMask(found[i]!);
    set(
      layer,
      known[i]!.weights.map((w, at) => (keep[at] === 1 ? w : 0)),
      found[i]!,
    );
  });
  return { model: { graph, weights: pruned }, masks };
}

/** Scores of the channels of all groups that may be cut. Throws one line where there is none. */
export async function scoredGroups(
  { graph, weights }: TrainedModel,
  criterion: Criterion,
  keepDense: readonly string[],
  calibration: Calibration,
) {
  if (criterion.kind === 'channel') {
    const { groups } = cutGroups({ graph, recipe: { keepDense } });
    return {
      groups,
      scores: await channelScores(graph, groups, (name) => Promise.resolve(weights.get(name)!)),
    };
  }
  const readsInputs = criterion.needs.has('activations');
  const layers = matrixLayers(graph).filter(({ node }) => !readsInputs || hasColumns(node));
  const names = new Set(layers.map(({ param }) => param));
  const groups = scorableGroups(findGroups(graph), names, keptDenseParams({ keepDense }, graph));
  if (groups.length === 0) throw new Error(`${graph.name} has no group of channels that can be pruned`);
  const makers = new Set(groups.flatMap(({ members }) => members.map(({ param }) => param)));
  const known = await gatherStatistics(
    criterion.needs,
    layers.filter(({ param }) => makers.has(param)),
    calibration,
  );
  const scored = known.map((layer) => ({
    ...{ name: layer.param, matrix: layer.matrix },
    scores: criterion.score(layer),
  }));
  return { groups, scores: groupScores(graph, groups, scored, criterion.scope) };
}

/**
 * The smaller model that has `sparsity` of its FLOPs removed, or meets the budget. Rejects with one line when that cannot be.
 * @param onMeasure before each measurement; throws when cancelled. @param target what milliseconds are of.
 */
export async function pruneChannels(
  model: TrainedModel,
  { sparsity, budget, criterion }: Goal,
  { keepDense, roundTo, target, onMeasure }: ChannelOptions,
  calibration: Calibration,
): Promise<Pruned> {
  const { groups, scores } = await scoredGroups(model, criterion!, keepDense, calibration);
  const dial = thresholdDial(groups, scores, roundTo);
  if (!budget)
    return {
      model: cut(model, meetCost(model.graph, dial, { of: 'flops', share: 1 - sparsity })),
      masks: new Map(),
    };
  const { kept, outcome } = await meet(model.graph, dial, budget, target, onMeasure);
  return { model: cut(model, kept), masks: new Map(), budget: outcome };
}

export interface ChannelOptions {
  readonly keepDense: readonly string[];
  /** Kept channels are a multiple of this. */
  readonly roundTo: number;
  readonly target: Target;
  readonly onMeasure: TimeGoal['onMeasure'];
}

/** Surgery on graph and weights. */
export function cut({ graph, weights }: TrainedModel, kept: ReadonlyMap<GroupId, Uint32Array>): TrainedModel {
  const surgery = shrink(graph, kept);
  return { graph: surgery.graph, weights: applySlices(weights, surgery.slices) };
}

/** Share of the dense model's values that are there and not zero, before and after, measured on the weights themselves. */
export function densitiesOf(
  { graph, weights }: TrainedModel,
  after: TrainedModel,
  layers: readonly MatrixLayer[],
): PrunedLayer[] {
  return layers.map(({ param, node, matrix: { rows, cols } }) => ({
    ...{ path: node.path, param, rows, cols },
    before: nonZeros(weights.get(param)) / (rows * cols),
    density: nonZeros(after.weights.get(param)) / (rows * cols),
    shape: after.graph.params[param]?.shape ?? graph.params[param]!.shape,
  }));
}

const nonZeros = (tensor: TensorData | undefined): number => {
  let count = 0;
  for (const value of tensor?.data ?? []) if (value !== 0) count++;
  return count;
};

/** Parameters and FLOPs; zeros of masked weights do not count as parameters. */
export function costsOf(before: TrainedModel, after: TrainedModel, masks: Pruned['masks']) {
  const [dense, sparse] = [graphCost(before.graph), graphCost(after.graph)];
  let zeros = 0;
  for (const name of masks.keys()) {
    const tensor = after.weights.get(name)!;
    zeros += tensor.data.length - nonZeros(tensor);
  }
  return {
    params: { dense: dense.params, sparse: sparse.params - zeros },
    flops: { dense: dense.flops, sparse: sparse.flops },
  };
}
