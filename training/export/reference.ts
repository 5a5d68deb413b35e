// The reference that exports are compared with: our own executor, on whatever device tf is on.
import type { TensorData, TrainedModel } from '../../core/graph/tensor';
import { tf } from '../../native/tf';
import { toNhwc } from '../executor/borders';
import { Executor } from '../executor/executor';
import { Parameters } from '../executor/parameters';
import type { Predict } from './format';

/** Inputs and outputs in the graph's own order of axes. Throws one line where the executor cannot run the model. */
export const predictWithExecutor: Predict = async (model, inputs) => {
  const [input, ...others] = inputs;
  if (!input || others.length > 0)
    throw new Error(`${model.graph.name} has ${inputs.length} inputs; one can be computed`);
  const parameters = Parameters.load(model.graph, model.weights);
  try {
    const executor = new Executor(model.graph, parameters);
    const output = tf.tidy(() => executor.predict(placed(input, model)));
    const data = (await output.data()) as Float32Array;
    const { shape } = output;
    output.dispose();
    return [{ shape, data }];
  } finally {
    parameters.dispose();
  }
};

/** The tensor on the device, as the executor takes it: NHWC. */
export const placed = ({ shape, data }: TensorData, { graph }: TrainedModel): tf.Tensor =>
  tf.tidy(() => toNhwc(tf.tensor(data, [...shape]), graph.layout));
