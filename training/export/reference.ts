// The reference that exports are compared with: our own executor, on whatever device tf is on.
import { tf } from '../../native/tf';
import { Executor, placedInput } from '../executor/executor';
import { Parameters } from '../executor/parameters';
import type { Predict } from './format';

/** Inputs and outputs in the graph's own order of axes. Throws one line where the executor cannot run the model. */
export const predictWithExecutor: Predict = async (model, inputs) => {
  const parameters = Parameters.load(model.graph, model.weights);
  try {
    const executor = new Executor(model.graph, parameters);
    const outputs = tf.tidy(() => executor.predict(inputs.map((x, i) => placedInput(x, model.graph, i))));
    const data = await Promise.all(outputs.map((output) => output.data()));
    tf.dispose(outputs);
    return outputs.map(({ shape }, i) => ({ shape, data: data[i] as Float32Array }));
  } finally {
    parameters.dispose();
  }
};
