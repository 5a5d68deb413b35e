// Prunes one layer, or one group of channels, at a time and measures what that alone costs; everything else stays dense.
import type { GroupId, PruneGroup } from '../../core/graph/coupling/group';
import { graphCost } from '../../core/graph/cost';
import type { TrainedModel } from '../../core/graph/tensor';
import type { SensitivityPoint, SensitivityRow } from '../../core/protocol/sensitivity';
import { largest } from '../../core/sparsity/allocators/channels/dial';
import type { Criterion } from '../../core/sparsity/criteria/criterion';
import { unpackMask } from '../../core/sparsity/mask';
import type { Pattern } from '../../core/sparsity/pattern';
import { fromMatrixOrder, toMatrixOrder } from '../../core/sparsity/weight-matrix';
import type { Executor } from '../executor/executor';
import type { MatrixLayer } from '../methods/matrix-layers';
import type { Measure, Measured } from './measured';
import { cut, scoredGroups } from './prune';
import { type Calibration, gatherStatistics } from './statistics';
import { type Judge, withModel } from './subject';

export interface Trial {
  readonly model: TrainedModel;
  readonly criterion: Criterion;
  readonly sparsities: readonly number[];
  readonly calibration: Calibration;
  readonly judge: Judge;
  readonly measure: Measure;
  /** Of the dense model. */
  readonly dense: Measured;
  /** Before each measurement; throws when cancelled. @param done 0 … 1. */
  readonly onPoint: (done: number, name: string, sparsity: number) => void;
}

/**
 * Masks each layer in turn, in place, and puts its weights back.
 * @throws one line where the device does not hold the zeros that the mask asks for.
 */
export async function layerSensitivity(
  { model, criterion, sparsities, calibration, measure, dense, onPoint }: Trial,
  pattern: Pattern,
  layers: readonly MatrixLayer[],
): Promise<SensitivityRow[]> {
  const { executor } = calibration;
  const known = await gatherStatistics(criterion.needs, layers, calibration);
  const rows: SensitivityRow[] = [];
  for (const [i, layer] of layers.entries()) {
    const { param, node, matrix } = layer;
    const before = model.weights.get(param)!;
    const scores = criterion.score(known[i]!);
    const points: SensitivityPoint[] = [];
    for (const [j, sparsity] of sparsities.entries()) {
      onPoint((i + j / sparsities.length) / layers.length, node.path, sparsity);
      const keep = unpackMask(pattern.mask(scores, matrix, 1 - sparsity));
      const values = known[i]!.weights.map((weight, at) => (keep[at] === 1 ? weight : 0));
      executor.parameters.write(param, {
        shape: before.shape,
        data: fromMatrixOrder(model.graph, node, values),
      });
      const removed = await zerosOf(executor, layer);
      const asked = values.reduce((sum, value) => sum + (value === 0 ? 1 : 0), 0);
      if (removed !== asked)
        throw new Error(
          `${node.path} has ${removed} zeros of ${values.length} where its mask asks for ${asked}`,
        );
      points.push(point(sparsity, removed, await measure(executor), dense));
    }
    executor.parameters.write(param, before);
    rows.push({ name: node.path, size: matrix.rows * matrix.cols, points });
  }
  return rows;
}

async function zerosOf({ parameters, graph }: Executor, { param, node }: MatrixLayer): Promise<number> {
  const { data } = await parameters.toFramework(param, parameters.variable(param));
  let zeros = 0;
  for (const value of toMatrixOrder(graph, node, data as Float32Array)) if (value === 0) zeros++;
  return zeros;
}

/**
 * Takes the weakest channels out of each group in turn, by surgery, one staying at least.
 * @throws one line where the smaller model is not smaller.
 */
export async function groupSensitivity(
  trial: Trial,
  keepDense: readonly string[],
): Promise<SensitivityRow[]> {
  const { model, criterion, sparsities, calibration, judge, measure, dense, onPoint } = trial;
  const { groups, scores } = await scoredGroups(model, criterion, keepDense, calibration);
  const { params } = graphCost(model.graph);
  const rows: SensitivityRow[] = [];
  for (const [i, group] of groups.entries()) {
    const name = nameOf(trial, group);
    const points: SensitivityPoint[] = [];
    for (const [j, sparsity] of sparsities.entries()) {
      onPoint((i + j / sparsities.length) / groups.length, name, sparsity);
      const width = Math.max(1, Math.round((1 - sparsity) * group.channels));
      const small = cut(
        model,
        new Map<GroupId, Uint32Array>([[group.id, largest(scores.get(group.id)!, width)]]),
      );
      if (width < group.channels && graphCost(small.graph).params >= params)
        throw new Error(`${name} has no fewer parameters with ${width} of ${group.channels} channels`);
      const found = await withModel(small.graph, small.weights, judge, measure);
      points.push(point(sparsity, group.channels - width, found, dense));
    }
    rows.push({ name, size: group.channels, points });
  }
  return rows;
}

function nameOf({ model: { graph } }: Trial, { producers, id }: PruneGroup): string {
  const paths = graph.nodes.filter((node) => producers.includes(node.id)).map(({ path }) => path);
  const [first] = paths;
  if (first === undefined) return id;
  return paths.length > 1 ? `${first} and ${paths.length - 1} more` : first;
}

function point(
  sparsity: number,
  removed: number,
  { loss, metric, answers }: Measured,
  dense: Measured,
): SensitivityPoint {
  const isSame = removed > 0 && answers.every((value, i) => Object.is(value, dense.answers[i]));
  return { sparsity, removed, loss, metric, ...(isSame ? { unchanged: true as const } : {}) };
}

/** Those first whose loss rises most at the highest sparsity; what is no number rises most of all. */
export function mostSensitiveFirst(rows: readonly SensitivityRow[]): SensitivityRow[] {
  const worst = ({ points }: SensitivityRow) => {
    const { loss } = points.reduce((a, b) => (b.sparsity > a.sparsity ? b : a));
    return Number.isNaN(loss) ? Infinity : loss;
  };
  return [...rows].sort((a, b) => worst(b) - worst(a));
}
