// A model is trained, loses channels, its widths are written into its file; then the real framework builds it from that file.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TensorData } from '../../core/graph/tensor';
import { wasmDevice } from '../../native/devices/wasm';
import { predictWithExecutor } from '../../training/export/reference';
import { RunFolder } from '../../training/runs/run-folder';
import { difference, randomInputs } from '../unit/export/models';
import { noTorch, runTorch } from './torch';

const cli = path.resolve('dist/cli.cjs');
const folder = mkdtempSync(path.join(tmpdir(), 'espalier-widths-'));
beforeAll(() => wasmDevice(path.resolve('dist')).activate());
afterAll(() => rmSync(folder, { recursive: true }));

function espalier(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr: stderr.trim() };
}

/** Trains a file's model for a moment; answers with the run. */
async function train(file: string, text: string, model: string, method: string, more: string[] = []) {
  writeFileSync(path.join(folder, file), text);
  const recipe = [
    ...['version: 1', `model: { file: ${file}, name: ${model} }`, `method: ${method}`, ...more],
    ...['data: { kind: digits, train: 300, test: 100 }', 'training: { epochs: 2, batch: 50 }', ''],
  ];
  writeFileSync(path.join(folder, 'now.espalier.yaml'), recipe.join('\n'));
  const { status, stdout, stderr } = espalier('train', 'now.espalier.yaml');
  expect(status, stderr).toBe(0);
  return RunFolder.open(path.join(folder, stdout.trim().split('\n').at(-1)!));
}

const pytorch = `from torch import nn

WIDTHS = [16, 32]


class Net(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        layers, inputs = [], 1
        for width in WIDTHS:
            layers += [nn.Conv2d(inputs, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(2)]
            inputs = width
        self.features = nn.Sequential(*layers)
        self.mix = nn.Conv2d(32, hidden, 3, bias=False)
        self.norm = nn.BatchNorm2d(hidden)
        self.head = nn.Linear(64 * 5 * 5, 10)

    def forward(self, x):
        x = self.norm(self.mix(self.features(x))).relu()
        return self.head(x.view(-1, 64 * 5 * 5))
`;

const pruning = ['sparsity: 0.5', 'options: { roundTo: 1 }'];

describe('a run that removed channels', () => {
  let run: RunFolder;
  beforeAll(async () => {
    run = await train('net.py', pytorch, 'Net', 'network-slimming', pruning);
  });
  const file = path.join(folder, 'net.py');
  const widths = (...more: string[]) => espalier('runs', 'widths', 'last', ...more);

  it('prints what would become of the source as a diff that applies, and changes nothing', async () => {
    const { status, stdout, stderr } = widths();
    expect(status, stderr).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(pytorch);
    const { graph } = await run.sparseModel();
    const [first, second] = ['features.0.weight', 'features.4.weight'].map(
      (name) => graph.params[name]!.shape[0],
    );
    expect(first).toBeLessThan(16);
    expect(stdout).toContain(`-WIDTHS = [16, 32]\n+WIDTHS = [${first}, ${second}]\n`);
    const copy = path.join(folder, 'copy');
    cpSync(file, path.join(copy, 'net.py'));
    execFileSync('patch', ['-p1'], { cwd: copy, input: stdout });
    expect(readFileSync(path.join(copy, 'net.py'), 'utf8')).toContain(`WIDTHS = [${first}, ${second}]`);
  });

  it.each<[string, () => void, RegExp]>([
    [
      'whose source has changed since',
      () => writeFileSync(file, pytorch.replace('hidden=64', 'hidden=72').replaceAll('64 *', '72 *')),
      /^espalier: Net in net\.py is not the model of the run any more: mix\.weight is 72×32×3×3, not 64×32×3×3$/,
    ],
    [
      'whose source no longer parses',
      () => writeFileSync(file, pytorch.replace('WIDTHS = [', 'WIDTHS = [[')),
      /^espalier: net\.py has no model Net: .*$/,
    ],
    [
      'whose file is gone',
      () => renameSync(file, `${file}.away`),
      /^espalier: net\.py, which run \S+ trained from, is no longer there$/,
    ],
  ])('and %s is refused in one line', (_, spoil, line) => {
    spoil();
    const { status, stdout, stderr } = widths('--write');
    expect(status).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toMatch(line);
    rmSync(`${file}.away`, { force: true });
    writeFileSync(file, pytorch);
  });

  it('and has not finished is refused in one line', () => {
    const elsewhere = path.join(folder, 'stopped');
    cpSync(run.folder, elsewhere, { recursive: true });
    const record = path.join(elsewhere, 'run.json');
    writeFileSync(record, readFileSync(record, 'utf8').replace('"finished"', '"stopped"'));
    expect(espalier('runs', 'widths', elsewhere).stderr).toMatch(
      /^espalier: run \S+ is stopped: its widths are known once it has finished$/,
    );
  });

  it('and from a source that computes a width names the layer, and writes nothing', () => {
    // The very same graph, from a text in which one of the widths is no whole number.
    const text = pytorch.replace('WIDTHS = [16', 'WIDTHS = [int(1.6e1)');
    writeFileSync(file, text);
    const { status, stdout, stderr } = widths('--write');
    expect(status).not.toBe(0);
    expect(stdout).toMatch(
      /^net\.py:11: the width of features\.0, features\.4 \(16 → \d+\) is computed, or written in a file that is not yours\n/,
    );
    expect(stderr).toMatch(/^espalier: not all widths can be written, so none is; /);
    expect(readFileSync(file, 'utf8')).toBe(text);
    writeFileSync(file, pytorch);
  });

  it.skipIf(noTorch)(
    'is PyTorch’s own module from the changed file: it loads the export strictly, and answers the same',
    async () => {
      writeFileSync(file, pytorch);
      expect(widths('--write').stdout).toMatch(/^\d+ numbers changed; Net has the exported widths now\n$/);
      expect(espalier('export', run.folder, '--to', 'out').status).toBe(0);
      const model = await run.sparseModel();
      const inputs = randomInputs(model, 5);
      const script = `
sys.path.insert(0, ${JSON.stringify(folder)})
import net, struct
with open(${JSON.stringify(path.join(folder, 'out/Net.safetensors'))}, "rb") as f: data = f.read()
(n,) = struct.unpack_from("<Q", data)
header = json.loads(data[8 : 8 + n]); header.pop("__metadata__", None)
types = {"F32": torch.float32, "I32": torch.int32, "I64": torch.int64}
state = {}
for name, entry in header.items():
    a, b = entry["data_offsets"]
    state[name] = torch.frombuffer(bytearray(data[8 + n + a : 8 + n + b]), dtype=types[entry["dtype"]]).reshape(entry["shape"])
model = net.Net()
model.load_state_dict(state, strict=True)
with torch.no_grad(): answer([model.eval()(inputs[0])])
`;
      const [theirs] = runTorch(script, inputs);
      const [ours] = await predictWithExecutor(model, inputs);
      expect(difference(theirs!, ours!)).toBeLessThan(1e-4);
      // What is written is not written again.
      expect(widths('--write').stderr).toBe('espalier: net.py has these widths already');
    },
  );
});

describe('a run that prunes weights', () => {
  it('has no widths to write, and says so', async () => {
    await train('dense.py', pytorch, 'Net', 'nm-magnitude');
    expect(espalier('runs', 'widths', 'last').stderr).toMatch(
      /^espalier: run \S+ \(nm-magnitude\) prunes weights, not channels: every layer keeps its width, and the source fits$/,
    );
  });
});

const python = process.env['ESPALIER_PYTHON'] ?? '/usr/bin/python3';
const keras = (code: string, ...args: string[]) =>
  spawnSync(python, ['-c', code, ...args], {
    encoding: 'utf8',
    env: { ...process.env, KERAS_BACKEND: process.env['KERAS_BACKEND'] ?? 'numpy' },
  });
const hasKeras = keras('import keras').status === 0;
if (!hasKeras) console.warn(`building in Keras is skipped: ${python} has no keras`);

describe('a Keras model that lost channels', () => {
  it('is built by Keras from the changed file with the exported shapes, and answers the same', async () => {
    const text = `import keras
from keras import layers


def make(width=16):
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(width, 3, strides=2, padding='same', use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Conv2D(filters=32, kernel_size=3, strides=2, use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Flatten(),
        layers.Dense(10),
    ])
`;
    const run = await train('made.py', text, 'make', 'network-slimming', pruning);
    const written = espalier('runs', 'widths', 'last', '--write');
    expect(written.stdout, written.stderr).toMatch(/^2 numbers changed/);
    if (!hasKeras) return;
    const model = await run.sparseModel();
    const inputs = randomInputs(model, 3);
    const weights = [...model.weights].map(([name, { shape, data }]) => [name, shape, [...data]]);
    const given = path.join(folder, 'given.json');
    writeFileSync(given, JSON.stringify({ weights, x: [inputs[0]!.shape, [...inputs[0]!.data]] }));
    const { stdout, stderr } = keras(
      `import json, sys
sys.path.insert(0, sys.argv[1])
import numpy, made
given = json.load(open(sys.argv[2]))
array = lambda shape, data: numpy.array(data, 'float32').reshape(shape)
weights = {name: array(shape, data) for name, shape, data in given['weights']}
model = made.make()
assert {w.path: tuple(w.shape) for w in model.weights} == {n: w.shape for n, w in weights.items()}
for weight in model.weights: weight.assign(weights[weight.path])
y = numpy.array(model(array(*given['x']), training=False))
print(json.dumps([list(y.shape), y.reshape(-1).tolist()]))`,
      folder,
      given,
    );
    expect(stdout, stderr).not.toBe('');
    const [shape, values] = JSON.parse(stdout) as [number[], number[]];
    const theirs: TensorData = { shape, data: Float32Array.from(values) };
    const [ours] = await predictWithExecutor(model, inputs);
    expect(difference(theirs, ours!)).toBeLessThan(1e-4);
  });
});
