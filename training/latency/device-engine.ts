// A training device as an engine: the same executor that trains, timed at inference.
import type { TrainedModel } from '../../core/graph/tensor';
import type { Device } from '../../native/devices/device';
import type { Engine, Session } from '../../native/latency/engine';
import { tf } from '../../native/tf';
import { Executor, placedInput } from '../executor/executor';
import { Parameters } from '../executor/parameters';
import { randomInputs } from './inputs';

/** @param device the one that is active. */
export function deviceEngine(device: Pick<Device, 'info'>): Engine {
  const { id, name, kind } = device.info;
  return {
    id,
    name,
    shortName: name.replace(/ \(.*/, ''),
    prepare: (model, batch) => Promise.resolve(session(model, batch, kind === 'gpu')),
  };
}

function session(model: TrainedModel, batch: number, isQueued: boolean): Session {
  const parameters = Parameters.load(model.graph, model.weights);
  const executor = new Executor(model.graph, parameters);
  const inputs = randomInputs(model, batch).map((x, i) => placedInput(x, model.graph, i));
  return {
    run() {
      const outputs = executor.predict(inputs);
      // Work is done when its result can be read; a CPU backend has it at once, a GPU only after its queue.
      if (!isQueued) {
        outputs.forEach((y) => y.dataSync());
        tf.dispose(outputs);
        return undefined;
      }
      return Promise.all(outputs.map((y) => y.data())).then(() => tf.dispose(outputs));
    },
    dispose() {
      tf.dispose(inputs);
      parameters.dispose();
    },
  };
}
