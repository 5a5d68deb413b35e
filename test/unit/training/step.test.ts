// One step: a batch in parts is the whole batch, bounds hold, and nothing is left behind whatever the task.
import { beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../core/graph/builder';
import type { ModelGraph } from '../../../core/graph/model-graph';
import { N } from '../../../core/graph/shape';
import { wasmDevice } from '../../../native/devices/wasm';
import { tf } from '../../../native/tf';
import type { HostBatch } from '../../../training/data/dataset';
import { Executor } from '../../../training/executor/executor';
import { Parameters } from '../../../training/executor/parameters';
import { seeded } from '../../../training/executor/random';
import { Adam } from '../../../training/optimizers/adam';
import { Sgd } from '../../../training/optimizers/sgd';
import { Classification } from '../../../training/tasks/classification';
import { partsOf } from '../../../training/trainer/batches-of';
import { type StepOptions, trainStep } from '../../../training/trainer/step';
import { distDir } from './support';

beforeAll(() => wasmDevice(distDir).activate());

/** Two layers, no norm: every sample's gradient is its own. */
function net(): ModelGraph {
  const builder = new GraphBuilder('pytorch');
  const x = builder.input([N, 6]);
  const [h] = builder.add('linear', [x], { inFeatures: 6, outFeatures: 9, bias: true }, { path: 'a' });
  const [r] = builder.add('relu', [h!], {}, { path: 'r' });
  const [y] = builder.add('linear', [r!], { inFeatures: 9, outFeatures: 4, bias: true }, { path: 'b' });
  return builder.finish('net', [y!]);
}

function batchOf(count: number): HostBatch {
  const random = seeded(3);
  const data = Float32Array.from({ length: count * 6 }, () => random.normal());
  const labels = Int32Array.from({ length: count }, (_, i) => (i * 7) % 4);
  return { inputs: [{ shape: [count, 6], data }], targets: { kind: 'classes', labels }, count };
}

const task = new Classification();

async function after(options: Partial<StepOptions>, steps = 10, count = 10) {
  const parameters = Parameters.initialise(net(), 1);
  const executor = new Executor(parameters.graph, parameters);
  const optimizer = new Sgd(parameters, 0.2);
  const results = [];
  for (let seed = 0; seed < steps; seed++)
    results.push(await trainStep(executor, optimizer, task, batchOf(count), { seed, ...options }));
  const weights = await parameters.save();
  optimizer.dispose();
  parameters.dispose();
  return { results, values: [...weights.values()].flatMap(({ data }) => [...data]) };
}

describe('a batch in parts', () => {
  it.each([2, 3, 4, 10, 64])('makes the steps of the whole batch: %d parts of 10 samples', async (parts) => {
    const [whole, split] = [await after({}), await after({ parts })];
    for (const [i, { loss, correct, terms }] of split.results.entries()) {
      expect(loss).toBeCloseTo(whole.results[i]!.loss, 5);
      expect([correct, terms]).toEqual([whole.results[i]!.correct, 10]);
    }
    split.values.forEach((value, i) => expect(Math.abs(value - whole.values[i]!)).toBeLessThan(2e-6));
  });

  it('has every sample once, in sizes as equal as can be', () => {
    const parts = partsOf(batchOf(10), 4);
    expect(parts.map(({ count }) => count)).toEqual([3, 2, 3, 2]);
    const labels = parts.flatMap(({ targets }) => (targets.kind === 'classes' ? [...targets.labels] : []));
    expect(labels).toEqual([0, 3, 2, 1, 0, 3, 2, 1, 0, 3]);
    expect(
      parts.every(({ inputs: [x], count }) => x!.shape[0] === count && x!.data.length === count * 6),
    ).toBe(true);
  });
});

describe('bounds of gradients', () => {
  const moved = async (options: Partial<StepOptions>) => {
    const [before, now] = [await after({}, 0), await after(options, 1)];
    return now.values.map((value, i) => value - before.values[i]!);
  };

  it('hold the norm of the first step', async () => {
    const norm = (step: number[]) => Math.sqrt(step.reduce((sum, value) => sum + value ** 2, 0)) / 0.2;
    const free = norm(await moved({}));
    expect(free).toBeGreaterThan(0.1);
    expect(norm(await moved({ clipNorm: 0.05 }))).toBeCloseTo(0.05, 4);
    expect(norm(await moved({ clipNorm: 50 }))).toBeCloseTo(free, 5);
    expect(norm(await moved({ clipNorm: 0 }))).toBeCloseTo(free, 5);
  });

  it('hold every entry', async () => {
    const step = await moved({ clipValue: 0.01 });
    expect(Math.max(...step.map(Math.abs))).toBeCloseTo(0.2 * 0.01, 6);
  });
});

it.each([{}, { parts: 3 }, { parts: 2, clipNorm: 1, clipValue: 0.5 }])(
  'steps with %j leave no tensor behind',
  async (options) => {
    const parameters = Parameters.initialise(net(), 1);
    const executor = new Executor(parameters.graph, parameters);
    const optimizer = new Adam(parameters, 0.01);
    await trainStep(executor, optimizer, task, batchOf(8), { seed: 0, ...options });
    const { numTensors, numDataBuffers } = tf.memory();
    for (let seed = 1; seed < 6; seed++)
      await trainStep(executor, optimizer, task, batchOf(8), { seed, ...options });
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
  },
);
