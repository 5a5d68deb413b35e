// A training device as an engine: the same executor that trains, timed at inference.
import type { TrainedModel } from '../../core/graph/tensor';
import type { Device } from '../../native/devices/device';
import type { Engine, Session } from '../../native/latency/engine';
import { placed } from '../export/reference';
import { Executor } from '../executor/executor';
import { Parameters } from '../executor/parameters';
import { randomInputs } from './inputs';

/** @param device the one that is active. */
export function deviceEngine(device: Device): Engine {
  const { id, name, kind } = device.info;
  return {
    id,
    name,
    shortName: name.replace(/ \(.*/, ''),
    prepare: (model, batch) => Promise.resolve(session(model, batch, kind === 'gpu')),
  };
}

function session(model: TrainedModel, batch: number, isQueued: boolean): Session {
  const [input, ...others] = randomInputs(model, batch);
  if (!input || others.length > 0)
    throw new Error(
      `${model.graph.name} has ${others.length + 1} inputs; devices can measure models with one`,
    );
  const parameters = Parameters.load(model.graph, model.weights);
  const executor = new Executor(model.graph, parameters);
  const x = placed(input, model);
  return {
    run() {
      const y = executor.predict(x);
      // Work is done when its result can be read; a CPU backend has it at once, a GPU only after its queue.
      if (!isQueued) {
        y.dataSync();
        y.dispose();
        return undefined;
      }
      return y.data().then(() => y.dispose());
    },
    dispose() {
      x.dispose();
      parameters.dispose();
    },
  };
}
