// Channels in another order, as real PyTorch computes them: residual, attention, gated, grouped and depthwise models answer the same.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { permuteChannels } from '../../core/sparsity/permute-channels';
import { twoFour } from '../../core/sparsity/patterns/n-m';
import { seeded } from '../../training/executor/random';
import { readSafetensors, writeSafetensors } from '../../training/export/safetensors';
import { matrixLayers } from '../../training/methods/matrix-layers';
import { completed, traced } from '../bench/parity/compare';
import { noTorch } from './torch';

const here = path.resolve('test/bench/parity');
const models = path.join(here, 'models');

interface Case {
  readonly id: string;
  readonly text: string;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly tokens?: number;
}

const mobile = `from torch import nn

def unit(inputs, outputs, **options):
    return nn.Sequential(nn.Conv2d(inputs, outputs, bias=False, **options), nn.BatchNorm2d(outputs), nn.ReLU6())

class Mobile(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = unit(3, 16, kernel_size=3, padding=1)
        self.expand = unit(16, 48, kernel_size=1)
        self.depthwise = unit(48, 48, kernel_size=3, padding=1, groups=48)
        self.project = nn.Conv2d(48, 16, 1)
        self.grouped = unit(16, 32, kernel_size=3, groups=2)
        self.gate = nn.Conv2d(32, 32, 1)
        self.head = nn.Linear(32 * 4, 10)

    def forward(self, x):
        x = self.stem(x)
        x = x + self.project(self.depthwise(self.expand(x)))
        x = self.grouped(x)
        x = x * self.gate(x.mean((2, 3), keepdim=True)).sigmoid()
        return self.head(nn.functional.adaptive_avg_pool2d(x, 2).flatten(1))

# espalier: model model input=(1, 3, 8, 8)
model = Mobile()
`;
/** Attention as older PyTorch knows it, products and a softmax. */
const gpt = `import torch
from torch import nn

class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.q, self.k, self.v, self.out = (nn.Linear(width, width) for _ in range(4))
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x):
        b, t, c = x.shape
        split = lambda y: y.view(b, t, self.heads, c // self.heads).transpose(1, 2)
        q, k, v = (split(layer(self.norm1(x))) for layer in (self.q, self.k, self.v))
        seen = torch.ones(t, t).tril() == 0
        scores = (q @ k.transpose(-2, -1) / (c // self.heads) ** 0.5).masked_fill(seen, -1e9)
        x = x + self.out((scores.softmax(-1) @ v).transpose(1, 2).reshape(b, t, c))
        return x + self.mlp(self.norm2(x))

class GPT(nn.Module):
    def __init__(self, vocabulary, length, width, depth, heads):
        super().__init__()
        self.tokens, self.places = nn.Embedding(vocabulary, width), nn.Embedding(length, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(depth))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, vocabulary, bias=False)
        self.head.weight = self.tokens.weight

    def forward(self, tokens):
        x = self.tokens(tokens) + self.places(torch.arange(tokens.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))

# espalier: model model input=(2, 16)
model = GPT(65, 16, 32, 2, 4)
`;
const own = (module: string, build: string, input: readonly number[]) =>
  `from ${module} import *\n# espalier: model model input=(${input.join(', ')})\nmodel = ${build}\n`;

const cases: readonly Case[] = [
  {
    id: 'ResNet-20',
    text: own('resnet20', 'ResNet20()', [2, 3, 16, 16]),
    inputs: { x: [2, 3, 16, 16] },
  },
  {
    id: 'GPT with tied embeddings',
    text: gpt,
    inputs: { tokens: [2, 16] },
    tokens: 65,
  },
  { id: 'depthwise, grouped, gated, flattened', text: mobile, inputs: { x: [2, 3, 8, 8] } },
];

/** In double precision the order of a sum is no matter: what is left is a channel in a wrong place. */
const script = `
import json, pathlib, sys
import torch
sys.path[:0] = [sys.argv[2], sys.argv[3]]
from tensors import load_file
folder = pathlib.Path(sys.argv[1])
case = json.loads((folder / 'case.json').read_text())
names = {'__name__': 'model_file'}
exec(compile(case['text'], 'model.py', 'exec'), names)
model = names['model'].double().eval()
io = load_file(folder / 'io.safetensors')
inputs = [io[f'input {i}'] for i in range(len(case['inputs']))]
inputs = [x.long() if case.get('tokens') else x.double() for x in inputs]
def outputs(name):
    with torch.no_grad():
        values = load_file(folder / f'{name}.safetensors')
        for key, value in model.state_dict().items():
            if key in values:
                value.copy_(values[key])
        return model(*inputs)
before, after = outputs('weights'), outputs('permuted')
print(json.dumps([((after - before).abs().max() / before.abs().max()).item(), before.std().item()]))
`;

describe.skipIf(noTorch)(`permuted channels and PyTorch${noTorch ? ` (${noTorch})` : ''}`, () => {
  it.each(cases.map((one) => [one.id, one] as const))('%s answers the same', async (_, one) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'espalier-permuted-'));
    try {
      writeFileSync(path.join(folder, 'case.json'), JSON.stringify(one));
      execFileSync('/usr/bin/python3', [path.join(here, 'facts.py'), folder, models, 'outputs'], {
        stdio: 'pipe',
      });
      const graph = await traced(one, { distDir: path.resolve('dist'), packages: [], models });
      const file = readFileSync(path.join(folder, 'weights.safetensors'));
      const weights = completed(graph, readSafetensors(file).tensors);
      const layers = matrixLayers(graph).filter(({ matrix }) => twoFour.fits(matrix).ok);
      const random = seeded(1);
      const found = permuteChannels(graph, weights, layers, { n: 2, m: 4 }, () => random.next());
      expect(found.groups.length).toBeGreaterThan(1);
      expect(found.after).toBeGreaterThan(found.before);
      // What PyTorch's state has, with parameters under all of their names.
      const state = readSafetensors(file).tensors;
      const names = new Map(
        Object.values(graph.params).flatMap(({ name, aliases = [] }) =>
          [name, ...aliases].map((alias) => [alias, name] as const),
        ),
      );
      for (const name of state.keys()) {
        const values = found.weights.get(names.get(name) ?? name);
        if (values?.data instanceof Float32Array) state.set(name, values);
        // Counts of batches, which are no channels.
        else state.delete(name);
      }
      writeFileSync(path.join(folder, 'permuted.safetensors'), writeSafetensors(state));
      const said = execFileSync('/usr/bin/python3', ['-c', script, folder, here, models], {
        encoding: 'utf8',
      });
      const [apart, spread] = JSON.parse(said) as [number, number];
      expect(spread).toBeGreaterThan(1e-3);
      expect(apart).toBeLessThan(1e-6);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
