// Benchmarks on a training device, through the executor.
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { wasmDevice } from '../../native/devices/wasm';
import { tf } from '../../native/tf';
import { benchmark } from '../../training/latency/benchmark';
import { deviceEngine } from '../../training/latency/device-engine';
import { randomModel } from '../unit/export/models';
import { convnetGraph, halved, pruned } from './export-convnet';

const dense = randomModel(convnetGraph());
const device = wasmDevice(path.resolve('dist'));
const engine = deviceEngine(device);
beforeAll(() => device.activate());

describe('a benchmark on the embedded device', () => {
  it('sees a pruned model as faster, and names the device', async () => {
    const sparse = pruned(dense);
    const report = await benchmark({ engine, dense, sparse, pattern: 'channel', batch: 16, budgetMs: 2000 });
    expect(report.engine).toBe('WASM (embedded CPU)');
    const { speedup, verdict } = report.total;
    expect(speedup.median).toBeGreaterThan(1.2);
    // On a busy machine the rounds may disagree; then nothing may be claimed.
    expect(verdict.engages).toBe(speedup.low >= 1.005);
    expect(report.layers.map(({ path: layer }) => layer)).toContain('layers.1.shortcut.0');
    expect(report.layers).toHaveLength(10);
  });

  it('claims nothing for 2:4, and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const options = { engine, dense, sparse: halved(dense), pattern: '2:4', batch: 1, budgetMs: 300 };
    const { total } = await benchmark(options);
    expect(total.verdict.engages).toBe(false);
    expect(total.verdict.reason).toMatch(/^WASM runs 2:4 weights with its dense kernel/);
    expect(tf.memory().numTensors).toBe(before);
  });
});
