// Vectors of zeros under a norm, as padding makes them: their gradients are numbers.
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../core/graph/builder';
import { N } from '../../../core/graph/shape';
import { wasmDevice } from '../../../native/devices/wasm';
import { tf } from '../../../native/tf';
import { Executor } from '../../../training/executor/executor';
import { Parameters } from '../../../training/executor/parameters';

describe('a normalised vector of zeros', () => {
  beforeAll(() => wasmDevice(path.resolve('dist')).activate());

  it.each([1, 2, 4])('has a gradient by the %i-norm that is a number', async (p) => {
    const builder = new GraphBuilder('pytorch');
    const linear = { inFeatures: 3, outFeatures: 4, bias: true };
    const y = builder.add('linear', [builder.input([N, 3])], linear, { path: 'l' })[0]!;
    const z = builder.add('normalize', [y], { axis: 1, p, eps: 1e-12 }, { path: '' })[0]!;
    const graph = builder.finish('n', [z]);
    const parameters = Parameters.load(
      graph,
      new Map([
        ['l.weight', { shape: [4, 3], data: new Float32Array(12) }],
        ['l.bias', { shape: [4], data: new Float32Array(4) }],
      ]),
    );
    const executor = new Executor(graph, parameters);
    const variables = parameters.trainable().map(([, variable]) => variable);
    const { value, grads } = tf.variableGrads(
      () => tf.sum<tf.Scalar>(executor.forward([tf.ones([2, 3])], { training: true })[0]!),
      variables,
    );
    expect(Number.isFinite((await value.data())[0])).toBe(true);
    for (const gradient of Object.values(grads))
      expect([...(await gradient.data())].every(Number.isFinite)).toBe(true);
  });
});
