// Answers a request for sensitivities: reads model and data, prunes one thing at a time, and puts the costliest first.
import path from 'node:path';
import type { SensitivityReport, SensitivityRequest } from '../../core/protocol/sensitivity';
import type { Pattern } from '../../core/sparsity/pattern';
import { patternNamed } from '../../core/sparsity/patterns/families';
import { inputsOf, loadDataset } from '../data/load';
import { requireRunnable } from '../executor/plan';
import type { HostContext } from '../handlers/context';
import { taskOf } from '../tasks/table';
import { readWeights } from '../trainer/warm-start';
import { measureOn, withFewer } from './measured';
import { goalOf, layersFor } from './prune';
import type { OnProgress } from './prune-model';
import { groupSensitivity, layerSensitivity, mostSensitiveFirst } from './sensitivity';
import { calibrationBatches, type Judge, withModel } from './subject';

/** What is tried where nothing is asked for. */
const [ofWeights, ofChannels] = [
  [0.3, 0.5, 0.7, 0.9],
  [0.25, 0.5, 0.75],
] as const;

/** Rejects with one line. Nothing is written. */
export async function modelSensitivity(
  request: SensitivityRequest,
  { distDir, onDevice }: Pick<HostContext, 'distDir' | 'onDevice'>,
  onProgress: OnProgress,
  signal?: AbortSignal,
): Promise<SensitivityReport> {
  const { graph, baseFolder, keepDense = [], calibration: look } = request;
  const sparsities = sparsitiesOf(request, patternNamed(request.pattern));
  // Every one of them is checked, and the strictest asks the pattern for what it can give.
  const goals = sparsities.map((sparsity) => goalOf({ ...request, sparsity }));
  const { pattern, criterion } = goals[0]!;
  if (!criterion)
    throw new Error(
      `${request.criterion} changes the weights that stay too: take a criterion that only chooses`,
    );
  requireRunnable(graph);
  const found = pattern.kind === 'structure' ? undefined : layersFor(graph, goals[0]!, keepDense);
  const model = { graph, weights: await readWeights(path.resolve(baseFolder, request.weights), graph) };
  onProgress(0, 'reading data');
  const whole = await loadDataset(request.data, { baseFolder, wanted: inputsOf(graph), distDir });
  const data = withFewer(whole, request.samples, look.seed);
  const judge: Judge = { data, task: taskOf(graph, data) };
  const batches = await calibrationBatches(data, look);
  const measure = measureOn(judge, signal);
  return onDevice(
    request.device,
    ({ info }) =>
      withModel(graph, model.weights, judge, async (executor) => {
        onProgress(2, 'dense model');
        const dense = await measure(executor);
        const trial = {
          ...{ model, criterion, sparsities, judge, measure, dense },
          calibration: { executor, task: judge.task, batches, seed: look.seed, signal },
          onPoint: (done: number, name: string, sparsity: number) => {
            signal?.throwIfAborted();
            onProgress(Math.round(5 + 95 * done), `${name} at ${sparsity}`);
          },
        };
        const rows = found
          ? await layerSensitivity(trial, pattern, found.layers)
          : await groupSensitivity(trial, keepDense);
        return {
          ...{ version: 1 as const, model: graph.name, pattern: pattern.id, criterion: criterion.id },
          ...{ sparsities, metric: dense.key, samples: data.test.count, device: info.name },
          dense: { loss: dense.loss, metric: dense.metric },
          rows: mostSensitiveFirst(rows),
          left: found?.left ?? [],
        };
      }),
    signal,
  );
}

/** Ascending, each once. */
function sparsitiesOf({ sparsities }: SensitivityRequest, { kind, sparsity }: Pattern): number[] {
  const usual =
    kind === 'structure' ? ofChannels : sparsity.min === sparsity.max ? [sparsity.min] : ofWeights;
  return [...new Set(sparsities.length > 0 ? sparsities : usual)].sort((a, b) => a - b);
}
