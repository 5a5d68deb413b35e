// Exports in real PyTorch: the generated script loads them into the user's own module, and logits are the same.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../core/graph/builder';
import { N } from '../../core/graph/shape';
import type { TrainedModel } from '../../core/graph/tensor';
import { wasmDevice } from '../../native/devices/wasm';
import { loadOnnxRuntime } from '../../native/latency/onnxruntime';
import { exportModel } from '../../training/export/export-model';
import { predictWithExecutor } from '../../training/export/reference';
import { difference, randomInputs, randomModel } from '../unit/export/models';
import { convnetGraph, halved, pruned } from './export-convnet';
import { noTorch, runTorch } from './torch';

const distDir = path.resolve('dist');
const folder = mkdtempSync(path.join(tmpdir(), 'espalier-pytorch-'));
beforeAll(() => wasmDevice(distDir).activate());
afterAll(() => rmSync(folder, { recursive: true }));

/** Exports, loads through the generated script into the model of `file`, and answers with logits and all loaded tensors. */
async function throughPyTorch(model: TrainedModel, name: string, file: string) {
  const inputs = randomInputs(model, 5);
  const { files } = await exportModel({
    model,
    format: 'safetensors',
    destination: path.join(folder, `${name}.safetensors`),
    inputs,
    predict: predictWithExecutor,
    distDir,
    source: { file, name: model.graph.name },
  });
  const names = [...model.weights.keys()];
  const script = `
import importlib.util
spec = importlib.util.spec_from_file_location("loader", ${JSON.stringify(files[1])})
loader = importlib.util.module_from_spec(spec)
spec.loader.exec_module(loader)
model = loader.load(loader.build())
state = model.state_dict()
with torch.no_grad():
    answer([model(inputs[0])] + [state[name] for name in ${JSON.stringify(names)}])
`;
  const [logits, ...loaded] = runTorch(script, inputs);
  return { inputs, logits: logits!, loaded: new Map(names.map((key, i) => [key, loaded[i]!])), files };
}

const example = path.resolve('examples/pytorch/convnet.py');
const dense = randomModel(convnetGraph());

describe.skipIf(noTorch)(`PyTorch loads an export${noTorch ? ` (${noTorch})` : ''}`, () => {
  it.each([
    ['dense', dense, 64],
    ['2:4-masked', halved(dense), 64],
    ['channel-pruned', pruned(dense), 33],
  ])('of the %s example, strictly, bit for bit, with the same logits', async (name, model, width) => {
    expect(model.graph.params['head.weight']!.shape).toEqual([10, width]);
    const { inputs, logits, loaded } = await throughPyTorch(model, name.replace(':', ''), example);
    const [ours] = await predictWithExecutor(model, inputs);
    expect(difference(logits, ours!)).toBeLessThan(1e-4);
    for (const [key, { shape, data }] of model.weights) expect(loaded.get(key)).toEqual({ shape, data });
    // The same model as ONNX: held against the executor by the exporter, and against PyTorch here.
    const destination = path.join(folder, `${name.replace(':', '')}.onnx`);
    const request = { model, format: 'onnx', destination, inputs, predict: predictWithExecutor, distDir };
    const { files, maxDifference } = await exportModel(request);
    expect(maxDifference).toBeLessThan(1e-4);
    const session = await loadOnnxRuntime(distDir).open(readFileSync(files[0]!));
    expect(difference(logits, (await session.run(inputs))[0]!)).toBeLessThan(1e-4);
  });

  it('with grouped and depthwise convolutions at widths that the file does not have', async () => {
    const file = path.join(folder, 'mobile.py');
    writeFileSync(
      file,
      `from torch import nn
class Mobile(nn.Module):
    def __init__(self):
        super().__init__()
        self.grouped = nn.Conv2d(4, 16, 3, groups=2)
        self.depthwise = nn.Conv2d(16, 16, 3, groups=16, bias=False)
        self.norm = nn.BatchNorm2d(16, affine=False)
    def forward(self, x):
        return self.norm(self.depthwise(self.grouped(x)))
`,
    );
    const builder = new GraphBuilder('pytorch');
    const conv = (inChannels: number, outChannels: number, groups: number, bias: boolean) => ({
      ...{ inChannels, outChannels, groups, bias, kernel: [3, 3] },
      ...{ stride: [1, 1], padding: [0, 0], dilation: [1, 1] },
    });
    const x = builder.input([N, 4, 9, 9]);
    const [a] = builder.add('conv2d', [x], conv(4, 6, 2, true), { path: 'grouped' });
    const [b] = builder.add('conv2d', [a!], conv(6, 6, 6, false), { path: 'depthwise' });
    const norm = { features: 6, eps: 1e-5, affine: false };
    const [y] = builder.add('batchNorm2d', [b!], norm, { path: 'norm' });
    const model = randomModel(builder.finish('Mobile', [y!]));
    const { inputs, logits } = await throughPyTorch(model, 'mobile', file);
    const [ours] = await predictWithExecutor(model, inputs);
    expect(difference(logits, ours!)).toBeLessThan(1e-4);
  });

  it('when the script is run by hand, which prints what was loaded', async () => {
    const { files } = await throughPyTorch(dense, 'by-hand', example);
    const printed = execFileSync('/usr/bin/python3', [files[1]!], { encoding: 'utf8', cwd: '/' });
    expect(printed).toContain('parameters loaded');
    expect(printed).toContain('Conv2d(1, 16');
  });
});
