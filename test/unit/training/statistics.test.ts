// Statistics of a layer's inputs, through a real network, against sums written out one by one.
import { beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '../../../core/random';
import { GraphBuilder } from '../../../core/graph/builder';
import { N } from '../../../core/graph/shape';
import { wasmDevice } from '../../../native/devices/wasm';
import { tf } from '../../../native/tf';
import { Executor } from '../../../training/executor/executor';
import { Parameters } from '../../../training/executor/parameters';
import { matrixLayers } from '../../../training/methods/matrix-layers';
import { gatherStatistics, gramOf } from '../../../training/sparsity/statistics';
import { distDir } from './support';

beforeAll(() => wasmDevice(distDir).activate());

const [height, width, channels, groups] = [5, 6, 4, 2] as const;

function convolution() {
  const builder = new GraphBuilder('pytorch');
  const window = { kernel: [3, 2], stride: [2, 1], padding: [1, 0], dilation: [1, 1] };
  const attrs = { inChannels: channels, outChannels: 6, ...window, groups, bias: false };
  const [y] = builder.add('conv2d', [builder.input([N, channels, height, width])], attrs, { path: 'conv' });
  const graph = builder.finish('one', [y!]);
  return { graph, executor: new Executor(graph, Parameters.initialise(graph, 1)) };
}

/** Two batches of three, channels last. */
const batches = [1, 2].map((seed) => {
  const draws = seeded(seed);
  const data = Float32Array.from({ length: 3 * height * width * channels }, () => draws.normal());
  const targets = { kind: 'classes', labels: new Int32Array(3) } as const;
  return { inputs: [{ shape: [3, height, width, channels], data }], targets, count: 3 };
});

/** XᵀX of one group by definition: the sum over all places that the kernel lies at. */
function expectedGram(group: number): number[] {
  const inputs = channels / groups;
  const cols = 3 * 2 * inputs;
  const out = new Array<number>(cols * cols).fill(0);
  for (const {
    inputs: [x],
  } of batches)
    for (let n = 0; n < 3; n++)
      for (let top = -1; top + 2 <= height; top += 2)
        for (let left = 0; left + 1 < width; left++) {
          const column: number[] = [];
          for (let i = 0; i < 3; i++)
            for (let j = 0; j < 2; j++)
              for (let c = 0; c < inputs; c++) {
                const [h, w] = [top + i, left + j];
                const inside = h >= 0 && h < height;
                const at = ((n * height + h) * width + w) * channels + group * inputs + c;
                column.push(inside ? x!.data[at]! : 0);
              }
          column.forEach((a, i) => column.forEach((b, j) => (out[i * cols + j]! += a * b)));
        }
  return out;
}

describe('statistics of inputs', () => {
  it('are sums over the places of a grouped, strided, padded convolution', async () => {
    const { graph, executor } = convolution();
    const calibration = { executor, batches, seed: 0 };
    const layers = matrixLayers(graph);
    const gram = (await gramOf(layers[0]!, calibration))!;
    const expected = [0, 1].flatMap(expectedGram);
    expect(gram).toHaveLength(expected.length);
    expected.forEach((value, i) => expect(gram[i]).toBeCloseTo(value, 3));
    const [found] = await gatherStatistics(new Set(['activations']), layers, calibration);
    const activations = found!.activations!;
    const cols = 12;
    for (let g = 0; g < groups; g++)
      for (let i = 0; i < cols; i++)
        expect(activations[g * cols + i]! ** 2).toBeCloseTo(expected[(g * cols + i) * cols + i]!, 3);
  });

  it('leave no tensor and no hook behind', async () => {
    const { graph, executor } = convolution();
    const before = tf.memory().numTensors;
    await gatherStatistics(new Set(['activations']), matrixLayers(graph), { executor, batches, seed: 0 });
    await gramOf(matrixLayers(graph)[0]!, { executor, batches, seed: 0 });
    expect(tf.memory().numTensors).toBe(before);
    expect(executor.hooks).toBeUndefined();
  });
});
