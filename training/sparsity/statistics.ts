// Gathers what criteria look at: gradients of the loss, norms of inputs and their Gram matrices, from a few calibration batches.
import type { GraphNode, ParamName } from '../../core/graph/model-graph';
import type { LayerStatistics, Need } from '../../core/sparsity/criteria/criterion';
import { toMatrixOrder } from '../../core/sparsity/weight-matrix';
import { tf } from '../../native/tf';
import type { HostBatch } from '../data/dataset';
import type { Executor } from '../executor/executor';
import type { MatrixLayer } from '../methods/matrix-layers';
import { tensorOf } from '../trainer/batches-of';
import { meanGradients } from '../trainer/calibrate';
import { nextTurn } from '../trainer/next-turn';
import type { Task } from '../trainer/task';
import { columnsOf, hasColumns } from './columns';

export interface Calibration {
  readonly executor: Executor;
  /** Whose loss gradients are of; where there is no data there is none, and no batches either. */
  readonly task?: Task | undefined;
  readonly batches: readonly HostBatch[];
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** The statistics that `needs` names, of each layer, in their order. Movement comes from training and is not gathered here. */
export async function gatherStatistics(
  needs: ReadonlySet<Need>,
  layers: readonly MatrixLayer[],
  calibration: Calibration,
): Promise<LayerStatistics[]> {
  const { executor, seed } = calibration;
  const { graph, parameters } = executor;
  const gradients = needs.has('gradients') ? await gradientsOf(layers, calibration) : undefined;
  const norms = needs.has('activations') ? await inputNorms(layers, calibration) : undefined;
  const out: LayerStatistics[] = [];
  for (const { param, node, matrix } of layers) {
    const { data } = await parameters.toFramework(param, parameters.variable(param));
    const [own, activations] = [gradients?.get(param), norms?.get(param)];
    out.push({
      ...{ param, matrix, seed },
      weights: toMatrixOrder(graph, node, data as Float32Array),
      ...(own ? { gradients: own } : {}),
      ...(activations ? { activations } : {}),
    });
  }
  if (!gradients) return out;
  const totalSaliency = out.reduce((sum, layer) => sum + saliency(layer), 0);
  return out.map((layer) => ({ ...layer, totalSaliency }));
}

const saliency = ({ weights, gradients }: LayerStatistics): number =>
  weights.reduce((sum, w, i) => sum + Math.abs(w * (gradients?.[i] ?? 0)), 0);

/** rows × cols in matrix order; a weight that no gradient reaches is left out. */
async function gradientsOf(
  layers: readonly MatrixLayer[],
  { executor, task, batches, seed, signal }: Calibration,
): Promise<Map<ParamName, Float32Array>> {
  if (!task) throw new Error('gradients need data, and a task that is measured on it');
  signal?.throwIfAborted();
  const found = meanGradients(executor, task, batches, seed);
  const out = new Map<ParamName, Float32Array>();
  try {
    for (const { param, node } of layers) {
      const gradient = found.get(param);
      if (!gradient) continue;
      const { data } = await executor.parameters.toFramework(param, gradient);
      out.set(param, toMatrixOrder(executor.graph, node, data as Float32Array));
    }
  } finally {
    tf.dispose([...found.values()]);
  }
  return out;
}

/** ‖xⱼ‖₂ of each column over all batches, groups × cols; of layers that {@link hasColumns}. */
async function inputNorms(
  layers: readonly MatrixLayer[],
  calibration: Calibration,
): Promise<Map<ParamName, Float32Array>> {
  const sums = await sumOverInputs(layers, calibration, (node, x, groups) => {
    const squares = columnsOf(node, x).map((column) => tf.sum(tf.square(column), 0));
    return tf.stack(squares).reshape([squares.length, groups, -1]).transpose([1, 0, 2]);
  });
  return new Map([...sums].map(([param, sum]) => [param, Float32Array.from(sum, Math.sqrt)]));
}

/**
 * XᵀX of one layer's columns over all batches, groups × cols × cols; undefined where nothing reaches it. The layers
 * before it are taken as they are now.
 */
export async function gramOf(
  layer: MatrixLayer,
  calibration: Calibration,
): Promise<Float64Array | undefined> {
  const sums = await sumOverInputs([layer], calibration, (node, x, groups) => {
    const columns = tf.stack(columnsOf(node, x), 1);
    const [samples, positions, channels] = columns.shape as [number, number, number];
    const own = columns
      .reshape([samples, positions, groups, channels / groups])
      .transpose([2, 0, 1, 3])
      .reshape<tf.Tensor3D>([groups, samples, (positions * channels) / groups]);
    return tf.matMul(own, own, true, false);
  });
  return sums.get(layer.param);
}

/** Adds up something of each layer's input over the batches, and over all calls of a layer that is called several times. */
async function sumOverInputs(
  layers: readonly MatrixLayer[],
  { executor, batches, signal }: Calibration,
  of: (node: GraphNode, x: tf.Tensor, groups: number) => tf.Tensor,
): Promise<Map<ParamName, Float64Array>> {
  const groups = new Map(layers.map(({ param, matrix }) => [param, matrix.groups ?? 1]));
  const sums = new Map<ParamName, Float64Array>();
  const before = executor.hooks;
  for (const batch of batches) {
    signal?.throwIfAborted();
    const seen: [ParamName, tf.Tensor][] = [];
    executor.hooks = {
      ...before,
      input(node, index, value) {
        const x = before?.input?.(node, index, value) ?? value;
        const param = node.params['weight'];
        const count = index === 0 && param !== undefined && hasColumns(node) ? groups.get(param) : undefined;
        if (count !== undefined) seen.push([param!, tf.keep(tf.tidy(() => of(node, x, count).clone()))]);
        return x;
      },
    };
    const inputs = batch.inputs.map(tensorOf);
    try {
      tf.dispose(executor.predict(inputs));
      for (const [param, tensor] of seen) {
        const values = await tensor.data();
        const sum = sums.get(param) ?? new Float64Array(values.length);
        for (let i = 0; i < sum.length; i++) sum[i]! += values[i]!;
        sums.set(param, sum);
      }
    } finally {
      executor.hooks = before;
      tf.dispose([...inputs, ...seen.map(([, tensor]) => tensor)]);
    }
    await nextTurn();
  }
  return sums;
}
