// Handing a model back: what ends up on disk, and what stays as it was when anything is wrong.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../core/graph/builder';
import { N } from '../../../core/graph/shape';
import type { TrainedModel } from '../../../core/graph/tensor';
import { loadOnnxRuntime } from '../../../native/latency/onnxruntime';
import { exportModel, type ExportModelRequest } from '../../../training/export/export-model';
import type { Predict } from '../../../training/export/format';
import { exportOnnx } from '../../../training/export/onnx/export';
import { readSafetensors } from '../../../training/export/safetensors';
import { randomInputs, randomModel } from './models';

const distDir = path.resolve('dist');

/** The reference here is ONNX Runtime itself; the executor stands in its place in the process tests. */
const predict: Predict = async (model, inputs) => {
  const session = await loadOnnxRuntime(distDir).open(exportOnnx(model));
  return session.run(inputs);
};

function net(name = 'Net', framework: 'pytorch' | 'tfjs' = 'pytorch'): TrainedModel {
  const builder = new GraphBuilder(framework, 'NCHW');
  const conv = { inChannels: 1, outChannels: 4, kernel: [3, 3], stride: [1, 1], padding: [1, 1] };
  const [c] = builder.add(
    'conv2d',
    [builder.input([N, 1, 6, 6])],
    { ...conv, dilation: [1, 1], groups: 1, bias: false },
    { path: 'conv' },
  );
  const [b] = builder.add('batchNorm2d', [c!], { features: 4, eps: 1e-5, affine: true }, { path: 'bn' });
  const [f] = builder.add('flatten', [b!], { start: 1, end: -1 }, { path: '' });
  const [y] = builder.add('linear', [f!], { inFeatures: 144, outFeatures: 3, bias: true }, { path: 'fc' });
  return randomModel(builder.finish(name, [y!]));
}

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'espalier-export-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const handBack = (changes: Partial<ExportModelRequest> = {}) => {
  const model = changes.model ?? net();
  const base = { format: 'onnx', destination: folder, inputs: randomInputs(model, 8), predict, distDir };
  return exportModel({ ...base, ...changes, model });
};

describe('an export', () => {
  it('is one .onnx file that was read back', async () => {
    const result = await handBack();
    expect(result.files).toEqual([path.join(folder, 'Net.onnx')]);
    expect(readdirSync(folder)).toEqual(['Net.onnx']);
    expect(result.maxDifference).toBeLessThan(1e-5);
    expect(result.summary).toContain('logits of 8 samples');
  });

  it('is .safetensors with every parameter bit for bit, the counters of strict loading, and a script beside it', async () => {
    const model = net();
    const result = await handBack({ model, format: 'safetensors' });
    expect(result.files.map((file) => path.basename(file))).toEqual(['Net.safetensors', 'Net.load.py']);
    const { tensors, metadata } = readSafetensors(readFileSync(result.files[0]!));
    expect(metadata).toMatchObject({ format: 'pt', producer: 'Espalier' });
    for (const [name, { shape, data }] of model.weights) expect(tensors.get(name)).toEqual({ shape, data });
    expect(tensors.get('bn.num_batches_tracked')).toEqual({ shape: [], data: Int32Array.of(0) });
    expect(tensors.size).toBe(model.weights.size + 1);
  });

  it('of another framework has no script of PyTorch’s and no counters', async () => {
    const { files } = await handBack({ model: net('net', 'tfjs'), format: 'safetensors' });
    expect(files).toHaveLength(1);
    expect([...readSafetensors(readFileSync(files[0]!)).tensors.keys()]).toContain('bn/moving_variance');
  });

  it('goes into the file that was named, in folders that it creates', async () => {
    const file = path.join(folder, 'deep', 'er', 'best.onnx');
    expect((await handBack({ destination: file })).files).toEqual([file]);
    expect(existsSync(file)).toBe(true);
  });

  it('gets a file name from any model name', async () => {
    const { files } = await handBack({ model: net('../../a b/ü') });
    expect(files).toEqual([path.join(folder, '_.._a_b_.onnx')]);
  });

  it('replaces an earlier export of its own', async () => {
    for (const format of ['onnx', 'safetensors']) {
      const [first] = (await handBack({ format })).files;
      const before = readFileSync(first!);
      await handBack({ format, model: randomModel(net().graph, 5) });
      expect(readFileSync(first!).equals(before)).toBe(false);
    }
  });

  it.each(['Net.onnx', 'Net.safetensors', 'Net.load.py'])(
    'never replaces a %s of someone else',
    async (name) => {
      const file = path.join(folder, name);
      writeFileSync(file, 'precious');
      const format = name.endsWith('.onnx') ? 'onnx' : 'safetensors';
      await expect(handBack({ format })).rejects.toThrow(`${file} exists and is no export of Espalier`);
      expect(readFileSync(file, 'utf8')).toBe('precious');
      expect(readdirSync(folder)).toEqual([name]);
    },
  );

  it('never replaces a folder', async () => {
    mkdirSync(path.join(folder, 'Net.onnx'));
    await expect(handBack()).rejects.toThrow('is no export of Espalier');
  });
});

describe('an export that goes wrong', () => {
  const drift =
    (by: number): Predict =>
    async (model, inputs) =>
      (await predict(model, inputs)).map(({ shape, data }) => ({
        shape,
        data: Float32Array.from(data, (value) => value * (1 + by)),
      }));

  it('because its logits differ says by how much, and keeps the earlier export', async () => {
    const [file] = (await handBack()).files;
    const before = readFileSync(file!);
    await expect(handBack({ predict: drift(1e-3) })).rejects.toThrow(
      /^Net\.onnx was not exported: read back, its outputs differ by 1\.0e-3 of their size, more than 1\.0e-4$/,
    );
    expect(readFileSync(file!).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(['Net.onnx']);
    await handBack({ predict: drift(2e-5) });
  });

  it('because the model computes NaN says that', async () => {
    const model = net();
    const weights = new Map(model.weights).set('fc.bias', {
      shape: [3],
      data: Float32Array.of(1, NaN, 0),
    });
    await expect(handBack({ model: { ...model, weights } })).rejects.toThrow(
      'the model itself computes values that are not finite',
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it('because an op has no counterpart leaves nothing behind', async () => {
    const builder = new GraphBuilder('pytorch');
    const [y] = builder.addUnknown('torch.fft.rfft', [builder.input([N, 4])], [[N, 4]], { path: 'mix' });
    await expect(handBack({ model: randomModel(builder.finish('Net', [y!])) })).rejects.toThrow(
      'mix: cannot export torch.fft.rfft to ONNX',
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it('because a parameter is missing names it', async () => {
    const { graph } = net();
    await expect(handBack({ model: { graph, weights: new Map() }, format: 'safetensors' })).rejects.toThrow(
      'the parameter conv.weight has no values',
    );
  });

  it('because its folder is a file says so', async () => {
    writeFileSync(path.join(folder, 'file'), '');
    await expect(handBack({ destination: path.join(folder, 'file', 'deeper') })).rejects.toThrow(
      /^cannot write .*: a part of its path is a file, not a folder$/,
    );
  });

  it('because nobody knows the format lists those there are', async () => {
    await expect(handBack({ format: 'tflite' })).rejects.toThrow(
      'there is no export format "tflite"; safetensors, 2:4, int8, int4 and onnx exist',
    );
  });
});
