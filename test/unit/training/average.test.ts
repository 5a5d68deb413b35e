// The moving average of weights: its formula, its place in the model, its masks, and its way through a file.
import { beforeAll, describe, expect, it } from 'vitest';
import { wasmDevice } from '../../../native/devices/wasm';
import { tf } from '../../../native/tf';
import { Parameters } from '../../../training/executor/parameters';
import { Average } from '../../../training/optimizers/average';
import { distDir, tinyNet } from './support';

beforeAll(() => wasmDevice(distDir).activate());

const name = 'head.weight';
const first = async (parameters: Parameters) => (await parameters.save()).get(name)!.data[0]!;
const add = (parameters: Parameters) => {
  for (const [, variable] of parameters.trainable()) tf.tidy(() => variable.assign(tf.add(variable, 1)));
};

describe('the average of weights', () => {
  it('is warm after some steps: min(decay, (1 + t) / (10 + t)) of it stays', async () => {
    const parameters = Parameters.initialise(tinyNet(), 1);
    const average = new Average(parameters, 0.4);
    let [expected, value] = [await first(parameters), await first(parameters)];
    const tensors = tf.memory().numTensors;
    for (let t = 1; t <= 12; t++) {
      add(parameters);
      average.update();
      value += 1;
      const decay = Math.min(0.4, (1 + t) / (10 + t));
      expected = decay * expected + (1 - decay) * value;
      average.swap();
      expect(await first(parameters)).toBeCloseTo(expected, 4);
      average.swap();
      expect(await first(parameters)).toBeCloseTo(value, 4);
    }
    expect(tf.memory().numTensors).toBe(tensors);
    average.dispose();
    parameters.dispose();
  });

  it('goes on from saved weights as if it had not stopped, and holds masks', async () => {
    const parameters = Parameters.initialise(tinyNet(), 1);
    const one = new Average(parameters, 0.9);
    for (let t = 0; t < 3; t++, add(parameters)) one.update();
    const weightsOf = async (average: Average) => {
      average.swap();
      const weights = await parameters.save();
      average.swap();
      return weights;
    };
    const other = new Average(parameters, 0.9);
    other.restore(await weightsOf(one), one.updates);
    for (const average of [one, other]) average.update();
    expect(await weightsOf(other)).toEqual(await weightsOf(one));
    one.setMask(
      name,
      Float32Array.from({ length: 80 }, (_, i) => i % 2),
    );
    (await weightsOf(one)).get(name)!.data.forEach((value, i) => expect(value === 0).toBe(i % 2 === 0));
  });
});
