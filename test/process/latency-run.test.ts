// The host's answers about a finished run: benchmark it, read the report back, hand its model back.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Recipe } from '../../core/recipe/recipe';
import type { TrainedModel } from '../../core/graph/tensor';
import { wasmDevice } from '../../native/devices/wasm';
import { readSafetensors } from '../../training/export/safetensors';
import { benchmarkHandlers } from '../../training/handlers/benchmark';
import type { HostContext } from '../../training/handlers/context';
import { exportHandlers } from '../../training/handlers/export';
import { RunWriter } from '../../training/runs/run-writer';
import { randomModel } from '../unit/export/models';
import { convnetGraph, halved, pruned } from './export-convnet';

const workspace = mkdtempSync(path.join(tmpdir(), 'espalier-run-'));
const device = wasmDevice(path.resolve('dist'));
const progress: { done: number; of: number; what: string; folder: string }[] = [];
const context: HostContext = {
  distDir: path.resolve('dist'),
  notify: (method, params) => {
    if (method === 'benchmark/progress') progress.push(params as (typeof progress)[number]);
  },
  devices: () => Promise.resolve([device]),
  onDevice: (_, work) => work(device),
};
const signal = new AbortController().signal;
const answers = { ...benchmarkHandlers(context), ...exportHandlers(context) };

const recipe = (method: string): Recipe => ({
  version: 1,
  model: { file: 'convnet.py', name: 'convnet' },
  method,
  sparsity: 0.5,
  options: {},
  data: { kind: 'digits', train: 100, test: 20 },
  training: { epochs: 1, batch: 10, optimizer: 'adam', learningRate: 0.001, seed: 1, checkpointEvery: 10 },
  device: 'auto',
});

const dense = randomModel(convnetGraph());

/** A run as training leaves it: dense weights, and a checkpoint of the sparse model. */
async function finishedRun(method: string, sparse: TrainedModel): Promise<string> {
  const run = await RunWriter.create(path.join(workspace, '.espalier', 'runs'), {
    recipe: recipe(method),
    graph: dense.graph,
    baseFolder: workspace,
    device: { id: 'wasm', name: 'WASM' },
    totalSteps: 10,
  });
  await run.saveWeights('dense', dense.weights);
  const isSmaller = sparse.graph !== dense.graph;
  if (isSmaller) await run.saveStructure(sparse.graph, {});
  await run.saveCheckpoint({
    ...{ step: 10, seconds: 1, metricLines: 0, weights: sparse.weights },
    ...{ structure: isSmaller ? 'sparse' : 'dense', optimizer: new Map(), masks: new Map() },
  });
  await run.update({ status: 'finished', step: 10 });
  await run.release();
  return run.folder;
}

let masked: string;
let slimmed: string;
beforeAll(async () => {
  await device.activate();
  writeFileSync(path.join(workspace, 'convnet.py'), readFileSync('examples/pytorch/convnet.py'));
  masked = await finishedRun('nm-magnitude', halved(dense));
  slimmed = await finishedRun('network-slimming', pruned(dense));
});
afterAll(() => rmSync(workspace, { recursive: true }));

describe('benchmark/run', () => {
  it('measures a pruned run, tells how far it is, and leaves the report in the folder', async () => {
    expect(await answers['benchmark/last']({ folder: slimmed }, signal)).toBeNull();
    const request = { folder: slimmed, engine: 'onnxruntime', batch: 1 };
    const report = await answers['benchmark/run'](request, signal);
    expect(report.engine).toContain('ONNX Runtime');
    expect(report.layers).toHaveLength(10);
    expect(report.layers[2]!.sparseShape[0]).toBeLessThan(report.layers[2]!.denseShape[0]!);
    expect(await answers['benchmark/last']({ folder: slimmed }, signal)).toEqual(report);
    expect(progress.at(-1)).toEqual({ folder: slimmed, done: 100, of: 100, what: 'head' });
    expect(progress.length).toBeLessThan(100);
  });

  it('claims nothing for a 2:4 run', async () => {
    const report = await answers['benchmark/run'](
      { folder: masked, engine: 'onnxruntime', batch: 1 },
      signal,
    );
    const claims = [report.total, ...report.layers].map(({ verdict }) => verdict.engages);
    expect(claims).toEqual(claims.map(() => false));
    expect(report.total.verdict.reason).toContain('2:4');
  });

  it('leaves the last report alone when it is cancelled', async () => {
    const before = await answers['benchmark/last']({ folder: slimmed }, signal);
    const controller = new AbortController();
    const request = { folder: slimmed, engine: 'onnxruntime', batch: 2 };
    const running = answers['benchmark/run'](request, controller.signal);
    setTimeout(() => controller.abort(), 300);
    await expect(running).rejects.toThrow('the benchmark was cancelled');
    expect(await answers['benchmark/last']({ folder: slimmed }, signal)).toEqual(before);
  });

  it('of a folder that holds no run is one line', async () => {
    const request = { folder: workspace, engine: 'onnxruntime', batch: 1 };
    await expect(answers['benchmark/run'](request, signal)).rejects.toThrow(/^[^\n]+holds no run[^\n]+$/);
  });
});

describe('benchmark/last', () => {
  it('says in one line that a report is damaged', async () => {
    const folder = path.join(workspace, 'damaged');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'latency.json'), '{"version": 1, "lay');
    await expect(answers['benchmark/last']({ folder }, signal)).rejects.toThrow(
      /^latency\.json[^\n]+damaged/,
    );
    writeFileSync(path.join(folder, 'latency.json'), '{"version": 2}');
    await expect(answers['benchmark/last']({ folder }, signal)).rejects.toThrow('benchmark again');
  });
});

describe('export/run', () => {
  it.each(['onnx', 'safetensors'] as const)('hands a pruned run back as %s', async (format) => {
    const destination = path.join(workspace, 'exports');
    const result = await answers['export/run']({ folder: slimmed, format, destination }, signal);
    expect(result.files[0]).toBe(path.join(destination, `convnet.${format}`));
    expect(result.files.every((file) => existsSync(file))).toBe(true);
    expect(result.maxDifference).toBeLessThan(1e-3);
    expect(result.summary).toContain('logits of 20 test samples');
  });

  it('keeps the zeros of a 2:4 run, and names its model file in the script', async () => {
    const destination = path.join(workspace, 'masked');
    const request = { folder: masked, format: 'safetensors', destination } as const;
    const [weights, script] = (await answers['export/run'](request, signal)).files;
    const { tensors } = readSafetensors(readFileSync(weights!));
    for (const [name, tensor] of halved(dense).weights) expect(tensors.get(name)).toEqual(tensor);
    expect(readFileSync(script!, 'utf8')).toContain('os.path.join(HERE, "..", "convnet.py")');
  });
});
