// Benchmarks on the real ONNX Runtime: smaller shapes are faster, zeros are not, and the report says which is which.
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../core/graph/builder';
import type { Framework } from '../../core/graph/model-graph';
import { N } from '../../core/graph/shape';
import type { TrainedModel } from '../../core/graph/tensor';
import { benchmark, machine } from '../../training/latency/benchmark';
import { onnxRuntimeEngine } from '../../training/latency/onnxruntime-engine';
import { randomModel } from '../unit/export/models';
import { halved } from './export-convnet';

const engine = onnxRuntimeEngine(path.resolve('dist'));

/** Two convolutions and a head, `width` channels wide. */
function net(width: number, framework: Framework = 'pytorch'): TrainedModel {
  const builder = new GraphBuilder(framework);
  const isNchw = builder.layout === 'NCHW';
  const conv = (inChannels: number, outChannels: number) => ({
    ...{ inChannels, outChannels, kernel: [3, 3], stride: [1, 1], padding: 'same' },
    ...{ dilation: [1, 1], groups: 1, bias: false },
  });
  const x = builder.input(isNchw ? [N, 8, 24, 24] : [N, 24, 24, 8]);
  const [a] = builder.add('conv2d', [x], conv(8, width), { path: 'conv1' });
  const [r] = builder.add('relu', [a!], {}, { path: 'relu' });
  const [b] = builder.add('conv2d', [r!], conv(width, width), { path: 'conv2' });
  const [m] = builder.add('mean', [b!], { axes: isNchw ? [2, 3] : [1, 2], keepDims: false }, { path: '' });
  const [y] = builder.add('linear', [m!], { inFeatures: width, outFeatures: 10, bias: true }, { path: 'fc' });
  return randomModel(builder.finish('net', [y!]));
}

describe('a benchmark on ONNX Runtime', () => {
  // A layer and the whole are measured one after the other: where the machine turns busy in between, it gets another chance.
  it('sees a model with half the channels as faster, layer by layer and whole', { retry: 3 }, async () => {
    const seen: [number, string][] = [];
    const report = await benchmark({
      engine,
      dense: net(96),
      sparse: net(32),
      pattern: 'channel',
      batch: 4,
      budgetMs: 1500,
      onProgress: (percent, what) => seen.push([percent, what]),
    });
    expect(report.engine).toBe('ONNX Runtime 1.30 (CPU, 1 thread)');
    expect(report.machine).toBe(machine());
    expect(report).toMatchObject({ version: 1, batch: 4 });
    expect(report.rounds).toBeGreaterThanOrEqual(11);
    expect(report.total.speedup.median).toBeGreaterThan(2);
    expect(report.total.verdict.engages).toBe(true);
    expect(report.total.verdict.reason).toContain('a smaller dense shape');
    expect(report.layers.map(({ path: layer, op }) => [layer, op])).toEqual([
      ['conv1', 'conv2d'],
      ['conv2', 'conv2d'],
      ['fc', 'linear'],
    ]);
    expect(report.layers[1]).toMatchObject({ denseShape: [96, 96, 3, 3], sparseShape: [32, 32, 3, 3] });
    expect(report.layers[1]!.speedup.median).toBeGreaterThan(3);
    expect(report.layers[1]!.dense.median).toBeLessThan(report.total.dense.median * 1.5);
    expect(seen.at(-1)![0]).toBe(100);
    expect(new Set(seen.map(([, what]) => what))).toEqual(new Set(['whole model', 'conv1', 'conv2', 'fc']));
  });

  it('measures 2:4 weights as honestly as anything, and claims nothing for them', async () => {
    const dense = net(48);
    const sparse = halved(dense);
    const report = await benchmark({ engine, dense, sparse, pattern: '2:4', batch: 2, budgetMs: 600 });
    const reason =
      'ONNX Runtime runs 2:4 weights with its dense kernel; no speed-up is expected and none is shown';
    for (const { verdict, dense: spread } of [report.total, ...report.layers]) {
      expect(verdict).toEqual({ engages: false, reason });
      expect(spread.median).toBeGreaterThan(0);
    }
  });

  it('measures models that are NHWC in their framework too', async () => {
    const report = await benchmark({
      engine,
      dense: net(48, 'tfjs'),
      sparse: net(48, 'tfjs'),
      pattern: 'channel',
      batch: 1,
      budgetMs: 300,
    });
    expect(report.layers).toHaveLength(3);
    expect(report.layers[0]!.verdict.reason).toBe('nothing was removed here');
  });

  it('can be cancelled', async () => {
    const controller = new AbortController();
    const running = benchmark({
      engine,
      dense: net(16),
      sparse: net(8),
      pattern: 'channel',
      batch: 1,
      budgetMs: 60_000,
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 200);
    const begin = performance.now();
    await expect(running).rejects.toThrow('the benchmark was cancelled');
    expect(performance.now() - begin).toBeLessThan(5000);
  });

  it.each([0, -1, 1.5, NaN, 1e9])('refuses a batch of %s in one line', async (batch) => {
    const model = net(8);
    await expect(
      benchmark({ engine, dense: model, sparse: model, pattern: 'channel', batch }),
    ).rejects.toThrow(/^a batch of .* cannot be measured/);
  });
});
