// A training step as the trainer relies on it: it learns, leaks nothing, keeps masks, and resumes exactly.
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../core/graph/builder';
import type { ModelGraph } from '../../../core/graph/model-graph';
import { N } from '../../../core/graph/shape';
import { wasmDevice } from '../../../native/devices/wasm';
import { tf } from '../../../native/tf';
import { Adam } from '../../../training/optimizers/adam';
import { Executor } from '../../../training/executor/executor';
import { MaskedOptimizer } from '../../../training/optimizers/masked-optimizer';
import type { Optimizer } from '../../../training/optimizers/optimizer';
import { Parameters } from '../../../training/executor/parameters';
import { Sgd } from '../../../training/optimizers/sgd';
import type { HostBatch } from '../../../training/data/dataset';
import { Classification } from '../../../training/tasks/classification';
import { type StepOptions, trainStep } from '../../../training/trainer/step';

beforeAll(() => wasmDevice(path.resolve('dist')).activate());

/** Convolution, batch norm, pooling, dropout, linear: everything that has state of its own. */
function network(): ModelGraph {
  const builder = new GraphBuilder('pytorch');
  const conv = {
    inChannels: 1,
    outChannels: 6,
    kernel: 3,
    stride: 1,
    padding: 1,
    dilation: 1,
    groups: 1,
    bias: true,
  };
  let x = builder.input([N, 1, 8, 8]);
  [x] = builder.add('conv2d', [x], conv, { path: 'conv' }) as [string];
  [x] = builder.add('batchNorm2d', [x], { features: 6, eps: 1e-5, momentum: 0.1 }, { path: 'bn' }) as [
    string,
  ];
  [x] = builder.add('relu', [x], {}, { path: 'relu' }) as [string];
  [x] = builder.add('maxPool2d', [x], { kernel: 2, stride: 2 }, { path: 'pool' }) as [string];
  [x] = builder.add('flatten', [x], { start: 1, end: -1 }, { path: '' }) as [string];
  [x] = builder.add('dropout', [x], { rate: 0.2 }, { path: 'drop' }) as [string];
  [x] = builder.add('linear', [x], { inFeatures: 96, outFeatures: 3, bias: true }, { path: 'head' }) as [
    string,
  ];
  return builder.finish('network', [x]);
}

/** Three classes, told apart by which third of the image is bright. */
function data(): HostBatch {
  const labels = Int32Array.from({ length: 24 }, (_, i) => i % 3);
  const pixels = Float32Array.from({ length: 24 * 64 }, (_, i) => {
    const [image, row] = [Math.floor(i / 64), Math.floor((i % 64) / 8)];
    return (Math.floor(row / 3) === image % 3 ? 1 : 0) + 0.3 * Math.sin(i * 12.9898);
  });
  return {
    inputs: [{ shape: [24, 8, 8, 1], data: pixels }],
    targets: { kind: 'classes', labels },
    count: 24,
  };
}

const task = new Classification();

const optimizers: [string, (parameters: Parameters) => Optimizer][] = [
  ['Adam', (parameters) => new Adam(parameters, 0.01)],
  ['SGD', (parameters) => new Sgd(parameters, 0.05)],
];

describe.each(optimizers)('a training step with %s', (_, make) => {
  const setUp = (parameters = Parameters.initialise(network(), 1)) => ({
    parameters,
    executor: new Executor(parameters.graph, parameters),
    optimizer: make(parameters),
  });

  it('learns, and leaves no tensor and no memory behind', async () => {
    const { executor, optimizer } = setUp();
    const batch = data();
    const step = (seed: number) => trainStep(executor, optimizer, task, batch, { seed });
    const first = await step(0);
    const { numTensors, numDataBuffers } = tf.memory();
    let last = first;
    for (let i = 1; i < 30; i++) last = await step(i);
    expect(last.loss).toBeLessThan(first.loss / 3);
    expect(last.correct).toBeGreaterThan(20);
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
  });

  it('goes on after a restart exactly as it would have', async () => {
    const batch = data();
    const whole = setUp();
    for (let i = 0; i < 6; i++) await trainStep(whole.executor, whole.optimizer, task, batch, { seed: i });

    const before = setUp();
    for (let i = 0; i < 3; i++) await trainStep(before.executor, before.optimizer, task, batch, { seed: i });
    const after = setUp(Parameters.load(network(), await before.parameters.save()));
    after.optimizer.restore(await before.optimizer.state());
    for (let i = 3; i < 6; i++) await trainStep(after.executor, after.optimizer, task, batch, { seed: i });

    expect(await after.parameters.save()).toEqual(await whole.parameters.save());
  });

  it('keeps masked weights at zero, and leaves nothing behind either', async () => {
    const { executor, parameters, optimizer: inner } = setUp();
    const optimizer = new MaskedOptimizer(inner, parameters);
    const keep = Float32Array.from({ length: 288 }, (_, i) => (i % 4 < 2 ? 1 : 0));
    optimizer.setMask('head.weight', keep);
    const batch = data();
    await trainStep(executor, optimizer, task, batch, { seed: 0 });
    const { numTensors } = tf.memory();
    for (let i = 1; i < 10; i++) await trainStep(executor, optimizer, task, batch, { seed: i });
    expect(tf.memory().numTensors).toBe(numTensors);
    const weight = (await parameters.save()).get('head.weight')!.data;
    weight.forEach((value, i) => expect(value === 0).toBe(keep[i] === 0));
  });

  it('forgets what it gathered for pruned weights, so that what grows back begins as new', async () => {
    const { executor, parameters, optimizer: inner } = setUp();
    const optimizer = new MaskedOptimizer(inner, parameters);
    const batch = data();
    for (let i = 0; i < 3; i++) await trainStep(executor, optimizer, task, batch, { seed: i });
    const keep = Float32Array.from({ length: 288 }, (_, i) => (i % 4 < 2 ? 1 : 0));
    const pruned = await parameters.toKernel('head.weight', keep).data();
    const gathered = async () =>
      [...(await optimizer.state())]
        .filter(([key]) => key.endsWith('head.weight'))
        .map(([, { data }]) => data);
    optimizer.setMask('head.weight', keep);
    for (let i = 3; i < 6; i++) {
      for (const moments of await gathered())
        moments.forEach((value, at) => {
          if (pruned[at] === 0) expect(Math.abs(value)).toBe(0);
        });
      await trainStep(executor, optimizer, task, batch, { seed: i });
    }
    // Grown back: still nothing gathered, and gathered again from the next step on.
    optimizer.setMask('head.weight', new Float32Array(288).fill(1));
    for (const moments of await gathered())
      expect(moments.some((value, at) => pruned[at] === 0 && value !== 0)).toBe(false);
    await trainStep(executor, optimizer, task, batch, { seed: 6 });
    for (const moments of await gathered())
      expect(moments.some((value, at) => pruned[at] === 0 && value !== 0)).toBe(true);
  });

  it('adds a penalty to the gradients it is meant for', async () => {
    const batch = data();
    const run = async (penalty?: StepOptions['penalty']) => {
      const { executor, optimizer, parameters } = setUp();
      for (let i = 0; i < 20; i++) {
        await trainStep(executor, optimizer, task, batch, { seed: i, ...(penalty ? { penalty } : {}) });
      }
      const scales = [...(await parameters.save()).get('bn.weight')!.data];
      return scales.reduce((sum, scale) => sum + Math.abs(scale), 0);
    };
    const shrinking = await run((name, gradient, value) =>
      name === 'bn.weight' ? tf.add(gradient, tf.mul(tf.sign(value), 0.5)) : gradient,
    );
    expect(shrinking).toBeLessThan(0.95 * (await run()));
  });
});

describe('the executor', () => {
  it('refuses an op it cannot run before anything is computed, with its name and place', () => {
    const builder = new GraphBuilder('pytorch');
    const out = builder.addUnknown('torch.fft.fft', [builder.input([N, 4])], [[N, 4]], { path: 'mixer.0' });
    const graph = builder.finish('spectral', out);
    expect(() => new Executor(graph, Parameters.initialise(graph, 1))).toThrow(
      'spectral cannot be run: Espalier has no kernel for torch.fft.fft in mixer.0',
    );
  });

  it('drops the same units for the same seed, others for another, and none at inference', () => {
    const builder = new GraphBuilder('pytorch');
    const out = builder.add('dropout', [builder.input([N, 64])], { rate: 0.5 }, { path: 'drop' });
    const graph = builder.finish('drop', out);
    const executor = new Executor(graph, Parameters.initialise(graph, 1));
    const x = tf.ones([2, 64]);
    const dropped = (seed: number) => executor.forward([x], { training: true, seed })[0]!.dataSync();
    expect(dropped(1)).toEqual(dropped(1));
    expect(dropped(1)).not.toEqual(dropped(2));
    // Inverted dropout: what stays is scaled so that the mean stays.
    expect(new Set(dropped(1))).toEqual(new Set([0, 2]));
    expect(executor.predict([x])[0]!.dataSync()).toEqual(x.dataSync());
  });
});

describe('parameters', () => {
  it('start the same from the same seed, within their bounds', async () => {
    const [a, b, c] = [1, 1, 2].map((seed) => Parameters.initialise(network(), seed).save());
    expect(await a).toEqual(await b);
    expect(await a).not.toEqual(await c);
    const { data: weight } = (await a!).get('conv.weight')!;
    expect(Math.max(...weight.map(Math.abs))).toBeLessThanOrEqual(1 / 3);
  });

  it('name the first weight that is missing or has another shape', async () => {
    const weights = await Parameters.initialise(network(), 1).save();
    const without = new Map([...weights].filter(([name]) => name !== 'bn.bias'));
    expect(() => Parameters.load(network(), without)).toThrow('the weights have no bn.bias');
    const other = new Map(weights).set('head.weight', { shape: [3, 95], data: new Float32Array(285) });
    expect(() => Parameters.load(network(), other)).toThrow(
      'head.weight is 3×95 in the weights but 3×96 in the model',
    );
  });
});
