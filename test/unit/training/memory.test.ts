// The memory that a run is said to take, beside what its steps really take; and what is refused for want of it.
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../core/graph/builder';
import type { ModelGraph } from '../../../core/graph/model-graph';
import { N } from '../../../core/graph/shape';
import type { DeviceInfo } from '../../../core/protocol/training-host';
import type { TrainingSpec } from '../../../core/recipe/recipe';
import { wasmDevice } from '../../../native/devices/wasm';
import { estimateMemory } from '../../../training/memory/estimate';
import { requireMemory } from '../../../training/memory/require-memory';
import { measurePeak } from '../../bench/memory/measure';

/** Convolutions with BatchNorm, a sum around them, a padded pool, a head. */
function convnet(width: number): ModelGraph {
  const builder = new GraphBuilder('pytorch');
  const square = { kernel: 3, stride: 1, padding: 1, dilation: 1, groups: 1, bias: false };
  const conv = (x: string, inChannels: number, path: string) => {
    const attrs = { inChannels, outChannels: width, ...square };
    const y = builder.add('conv2d', [x], attrs, { path })[0]!;
    return builder.add('batchNorm2d', [y], { features: width, eps: 1e-5 }, { path: `${path}_bn` })[0]!;
  };
  const plain = (op: string, inputs: string[], attrs: Record<string, number> = {}) =>
    builder.add(op, inputs, attrs, { path: '' })[0]!;
  const stem = plain('relu', [conv(builder.input([N, 3, 32, 32]), 3, 'stem')]);
  const pooled = plain('maxPool2d', [stem], { kernel: 3, stride: 2, padding: 1 });
  const block = plain('relu', [conv(plain('relu', [conv(pooled, width, 'a')]), width, 'b')]);
  const flat = plain('flatten', [plain('add', [block, pooled])], { start: 1, end: -1 });
  const head = { inFeatures: width * 256, outFeatures: 10, bias: true };
  return builder.finish('convnet', [builder.add('linear', [flat], head, { path: 'head' })[0]!]);
}

/** Layer norm, two linears with GELU between. */
function feedForward(width: number): ModelGraph {
  const builder = new GraphBuilder('pytorch');
  const linear = (x: string, inFeatures: number, outFeatures: number, path: string) =>
    builder.add('linear', [x], { inFeatures, outFeatures, bias: true }, { path })[0]!;
  let x = builder.input([N, 64, width]);
  for (const block of ['a', 'b']) {
    const y = builder.add('layerNorm', [x], { shape: [width], eps: 1e-5 }, { path: `${block}.norm` })[0]!;
    const wide = linear(y, width, 4 * width, `${block}.up`);
    const bent = builder.add('gelu', [wide], {}, { path: '' })[0]!;
    x = builder.add('add', [x, linear(bent, 4 * width, width, `${block}.down`)], {}, { path: '' })[0]!;
  }
  return builder.finish('feedForward', [x]);
}

describe('the estimate', () => {
  beforeAll(() => wasmDevice(path.resolve('dist')).activate());

  it.each([
    ['a convnet', convnet(16), { batch: 16, optimizer: 'adam' }],
    ['a convnet that is mostly weights', convnet(64), { batch: 1, optimizer: 'adam' }],
    ['a convnet in parts', convnet(16), { batch: 16, optimizer: 'sgd', accumulate: 4 }],
    ['a feed-forward block', feedForward(48), { batch: 16, optimizer: 'adam' }],
  ] as const)('of %s is near what its steps take', async (_, graph, training) => {
    const ratio = estimateMemory(graph, training).total / (await measurePeak(graph, training));
    expect(ratio).toBeGreaterThan(0.85);
    expect(ratio).toBeLessThan(1.35);
  });
});

describe('what there is no memory for', () => {
  const graph = convnet(16);
  const training: TrainingSpec = {
    ...{ epochs: 1, batch: 64, optimizer: 'adam', learningRate: 1e-3, seed: 1, checkpointEvery: 100 },
  };
  const device = (memory?: number): DeviceInfo => ({
    ...{ id: 'x', name: 'GPU', kind: 'gpu', available: true, detail: '' },
    ...(memory === undefined ? {} : { memory }),
  });
  const { total } = estimateMemory(graph, training);
  afterEach(() => delete process.env['ESPALIER_ANY_MEMORY']);

  it('is refused in one line, with the parts in which it would fit', () => {
    expect(() => requireMemory(graph, training, device(0.4 * total))).toThrow(
      /^convnet needs about \d+ MB to train with batch 64; GPU has \d+ MB: try training.accumulate 4, or a smaller training.batch, or set ESPALIER_ANY_MEMORY=1 to try anyway$/,
    );
    const parts = { ...training, accumulate: 4 };
    expect(requireMemory(graph, parts, device(0.4 * total)).total).toBeLessThan(0.4 * total);
  });

  it('is refused on a device that holds not even one sample', () => {
    expect(() => requireMemory(graph, training, device(1000))).toThrow(/not even one sample fits/);
  });

  it('is tried where that is asked for, or where nobody knows what the device has', () => {
    expect(requireMemory(graph, training, device()).total).toBe(total);
    process.env['ESPALIER_ANY_MEMORY'] = '1';
    expect(requireMemory(graph, training, device(1000)).total).toBe(total);
  });
});
