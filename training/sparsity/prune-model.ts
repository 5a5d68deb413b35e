// Answers a request to prune: reads, prunes, measures, and writes what it made, or changes nothing.
import path from 'node:path';
import type { PruneReport, PruneRequest } from '../../core/protocol/training-host';
import { headlineKey } from '../../core/runs/headline';
import { inputsOf, loadDataset } from '../data/load';
import { exportModel } from '../export/export-model';
import { predictWithExecutor } from '../export/reference';
import type { HostContext } from '../handlers/context';
import { engineOf } from '../latency/engine-of';
import { randomInputs } from '../latency/inputs';
import { engineTarget } from '../latency/target';
import { requireRunnable } from '../executor/plan';
import { matrixLayers } from '../methods/matrix-layers';
import { taskOf } from '../tasks/table';
import { recalibrate } from '../trainer/calibrate';
import { readWeights } from '../trainer/warm-start';
import { costsOf, densitiesOf, goalOf, layersFor, needsData, pruneChannels, pruneWeights } from './prune';
import { calibrationBatches, judged, type Judge, withModel } from './subject';

export type OnProgress = (done: number, what: string) => void;

/** What an export is checked on. */
const checkSamples = 8;

/** Rejects with one line; nothing at the destination has changed then. */
export async function pruneModel(
  request: PruneRequest,
  { distDir, onDevice }: Pick<HostContext, 'distDir' | 'onDevice'>,
  onProgress: OnProgress,
  signal?: AbortSignal,
): Promise<PruneReport> {
  const { graph, baseFolder, keepDense = [], roundTo = 1 } = request;
  const goal = goalOf(request);
  const isChannel = goal.pattern.kind === 'structure';
  if (needsData(goal) && !request.data)
    throw new Error(`${request.criterion} looks at a few batches of data: say which with --data`);
  if (request.recalibrate && !request.data)
    throw new Error('BatchNorm is measured anew on data: say which with --data');
  const [from, to] = [request.weights, request.destination].map((file) => path.resolve(baseFolder, file));
  if (from === to) throw new Error(`${request.destination} is what is read: write to another file`);
  requireRunnable(graph);
  const found = isChannel ? undefined : layersFor(graph, goal, keepDense);
  const model = { graph, weights: await readWeights(from!, graph) };
  onProgress(0, 'reading data');
  const judge = request.data && (await judgeOf(request, distDir));
  const batches = judge ? await calibrationBatches(judge.data, request.calibration) : [];
  const { seed } = request.calibration;
  const { pruned, metrics, device } = await onDevice(
    request.device,
    async ({ info }) => {
      const before = await withModel(graph, model.weights, judge, async (executor) => {
        onProgress(5, 'dense model');
        const metrics = judge && (await judged(executor, judge, signal));
        const calibration = { executor, task: judge?.task, batches, seed, signal };
        const onLayer = (done: number, what: string) => {
          signal?.throwIfAborted();
          onProgress(Math.round(20 + 50 * done), what);
        };
        onLayer(0, 'statistics');
        const pruned = found
          ? await pruneWeights(model, goal, found.layers, calibration, onLayer)
          : await pruneChannels(
              model,
              goal,
              {
                ...{
                  keepDense,
                  roundTo,
                  target: engineTarget(engineOf(goal.budget, { info }, distDir), model, signal),
                },
                onMeasure: (done, what) => onLayer(done, `timing ${what}`),
              },
              calibration,
            );
        return { metrics, pruned };
      });
      if (!judge) return { pruned: before.pruned, metrics: undefined, device: info.name };
      onProgress(70, 'pruned model');
      const { model: sparse } = before.pruned;
      return withModel(sparse.graph, sparse.weights, judge, async (executor) => {
        if (request.recalibrate) recalibrate(executor, batches, seed);
        const after = await judged(executor, judge, signal);
        const weights = request.recalibrate ? await executor.parameters.save() : sparse.weights;
        return {
          pruned: { ...before.pruned, model: { graph: sparse.graph, weights } },
          metrics: { main: headlineKey(after), before: before.metrics!, after },
          device: info.name,
        };
      });
    },
    signal,
  );
  signal?.throwIfAborted();
  onProgress(90, 'writing');
  const inputs = randomInputs(pruned.model, checkSamples);
  const files = await onDevice(
    'wasm',
    () =>
      exportModel({
        ...{ model: pruned.model, masks: pruned.masks, format: 'safetensors', destination: to! },
        ...{ inputs, inputsAre: 'random inputs', predict: predictWithExecutor, distDir },
        ...(request.source ? { source: request.source } : {}),
      }),
    signal,
  );
  const layers = densitiesOf(model, pruned.model, found?.layers ?? matrixLayers(graph));
  return {
    ...{ layers, left: found?.left ?? [], device, files: files.files, summary: files.summary },
    ...costsOf(model, pruned.model, pruned.masks),
    ...(pruned.budget ? { budget: pruned.budget } : {}),
    ...(metrics ? { metrics } : {}),
  };
}

async function judgeOf({ graph, baseFolder, data: spec }: PruneRequest, distDir: string): Promise<Judge> {
  const data = await loadDataset(spec!, { baseFolder, wanted: inputsOf(graph), distDir });
  return { data, task: taskOf(graph, data) };
}
