// A run that was stopped, or killed, and resumed in another process ends in the very weights of one that never stopped.
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../core/graph/builder';
import type { ModelGraph } from '../../core/graph/model-graph';
import { N } from '../../core/graph/shape';
import type { TensorData } from '../../core/graph/tensor';
import type { Recipe } from '../../core/recipe/recipe';
import type { Checkpoint } from '../../training/runs/checkpoint';
import { RunFolder } from '../../training/runs/run-folder';
import { tempFolder, tinyNet, tinyRecipe } from '../unit/training/support';
import { HostClient } from './training-host-client';

/** BatchNorm statistics, dropout drawn anew each step, masks on two matrices. */
function droppingNet(): ModelGraph {
  const builder = new GraphBuilder('pytorch');
  const window = { kernel: [3, 3], stride: [4, 4], padding: [1, 1], dilation: [1, 1] };
  const conv = { inChannels: 1, outChannels: 8, ...window, groups: 1, bias: true };
  const [x] = builder.add('conv2d', [builder.input([N, 1, 28, 28])], conv, { path: 'conv' });
  const norm = { features: 8, eps: 1e-5, momentum: 0.1, affine: true };
  const [y] = builder.add('batchNorm2d', [x!], norm, { path: 'bn' });
  const [r] = builder.add('relu', [y!], {}, { path: 'relu' });
  const [flat] = builder.add('flatten', [r!], { start: 1, end: -1 }, { path: '' });
  const [h] = builder.add('linear', [flat!], { inFeatures: 392, outFeatures: 32, bias: true }, { path: 'a' });
  const [d] = builder.add('dropout', [h!], { p: 0.5 }, { path: 'drop' });
  const [out] = builder.add('linear', [d!], { inFeatures: 32, outFeatures: 10, bias: true }, { path: 'b' });
  return builder.finish('dropping', [out!]);
}

interface Case {
  readonly graph: ModelGraph;
  readonly recipe: Recipe;
}

const cases: [string, Case][] = [
  [
    'Adam, dropout, BatchNorm, 2:4 masks',
    {
      graph: droppingNet(),
      recipe: tinyRecipe('nm-magnitude', {
        model: { file: 'tiny.py', name: 'dropping' },
        options: { maskEvery: 2 },
        training: { epochs: 10, checkpointEvery: 10 },
      }),
    },
  ],
  [
    'momentum, channels that are cut off',
    {
      graph: tinyNet(),
      recipe: tinyRecipe('network-slimming', {
        training: { epochs: 10, checkpointEvery: 10, optimizer: 'sgd', learningRate: 0.05 },
      }),
    },
  ],
];

const steps = 160;

describe.each(cases)('%s', (_, { graph, recipe }) => {
  const begin = async (host: HostClient): Promise<string> => {
    const folder = tempFolder();
    const { id } = await host.ask('runs/start', { recipe, graph, baseFolder: folder, runsFolder: folder });
    return path.join(folder, id);
  };
  const last = async (folder: string): Promise<Checkpoint> => (await new RunFolder(folder).checkpoint())!;

  it(`${steps} steps are ${steps / 2} and ${steps / 2}, and are ${steps} with a kill -9 in between`, async () => {
    const host = new HostClient();
    const straight = await begin(host);
    expect((await host.ended(straight)).status).toBe('finished');

    const halved = await begin(host);
    await host.steps(halved, steps / 2);
    const stopped = await host.ask('runs/stop', { folder: halved });
    expect(stopped.step).toBeLessThan(steps);

    const killed = await begin(host);
    await host.steps(killed, steps / 2 + 3);
    host.process.kill('SIGKILL');
    await host.exit();

    const next = new HostClient();
    const reached = await last(straight);
    for (const folder of [halved, killed]) {
      await next.ask('runs/resume', { folder });
      expect((await next.ended(folder)).status).toBe('finished');
      const resumed = await last(folder);
      expect(resumed.step).toBe(steps);
      expect(largestDifference(reached.weights, resumed.weights)).toBe(0);
      expect(largestDifference(reached.optimizer, resumed.optimizer)).toBe(0);
      expect(resumed.masks).toEqual(reached.masks);
      expect(await metricsOf(folder)).toEqual(await metricsOf(straight));
    }
  });
});

/** Where both were measured: a point that stands for a stretch of steps is another one after a stop in its middle. */
async function metricsOf(folder: string) {
  const points = await new RunFolder(folder).metrics();
  return points.flatMap(({ step, testAccuracy, density }) =>
    testAccuracy === undefined ? [] : [{ step, testAccuracy, density }],
  );
}

function largestDifference(a: ReadonlyMap<string, TensorData>, b: ReadonlyMap<string, TensorData>): number {
  expect([...b.keys()]).toEqual([...a.keys()]);
  let largest = 0;
  for (const [name, { data }] of a)
    data.forEach((value, i) => (largest = Math.max(largest, Math.abs(value - b.get(name)!.data[i]!))));
  return largest;
}
