// What a run will take, without beginning it: memory by estimate, time by a few real steps on its device and data.
import type { RunPreview } from '../../core/protocol/training-host';
import { engineOf } from '../latency/engine-of';
import { foresee } from '../latency/foresee';
import { estimateMemory } from '../memory/estimate';
import { taskOf } from '../tasks/table';
import type { DeviceTurns } from './device-turns';
import { Feed } from './feed';
import { Model } from './model';
import { prepareRun, type Wanted } from './prepare-run';
import { totalStepsOf } from './train';
import { trainStep } from './step';

/** Of the steps that are timed; the first before them warms up. */
const steps = 3;

/** Leaves nothing behind. Rejects with one line where the run could not begin. */
export async function previewRun(
  wanted: Wanted,
  turns: DeviceTurns,
  signal?: AbortSignal,
): Promise<RunPreview> {
  const { recipe, graph, data, device, weights, method } = await prepareRun(wanted, turns);
  const { training } = recipe;
  const { id, name, memory: room } = device.info;
  const totalSteps = totalStepsOf(recipe, data);
  const task = taskOf(graph, data, training);
  const { least } = method.prepare({ graph, recipe, totalSteps, data });
  const { secondsPerStep, latency } = await turns.use(
    id,
    async () => {
      const model = new Model(graph, training, weights, (whole) => task.view?.(whole) ?? whole);
      const feed = new Feed(data.train, training);
      const times: number[] = [];
      try {
        for (let step = 0; step <= Math.min(steps, totalSteps - 1); step++) {
          signal?.throwIfAborted();
          const start = performance.now();
          const options = { seed: training.seed + step, parts: training.accumulate };
          await trainStep(model.executor, model.optimizer, task, await feed.at(step), options);
          times.push((performance.now() - start) / 1000);
        }
      } finally {
        model.dispose();
      }
      const warm = times.length > 1 ? times.slice(1) : times;
      const engine = engineOf(recipe.budget, device, turns.distDir);
      const secondsPerStep = warm.sort((a, b) => a - b)[warm.length >> 1] ?? 0;
      return { secondsPerStep, latency: await foresee(graph, recipe, least, engine, signal) };
    },
    signal,
  );
  return {
    device: { id, name },
    data: data.name,
    totalSteps,
    secondsPerStep,
    memory: estimateMemory(graph, training),
    latency,
    ...(room === undefined ? {} : { room }),
  };
}
