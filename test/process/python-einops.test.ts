// Models whose shapes are said in einops' patterns, beside the same written in plain PyTorch, and by arithmetic.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatShape } from '../../core/graph/shape';
import type { Frontend, TraceResult } from '../../language-server/frontends/frontend';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';

const root = path.resolve(import.meta.dirname, '../..');
const head = `import einops
import torch
from einops import einsum, pack, parse_shape, rearrange, reduce, repeat, unpack
from einops.layers.torch import EinMix, Rearrange, Reduce
from torch import nn
`;
/** A convolution to eight channels of 16×16, and what follows it. */
const after = (forward: string, init = 'pass') => `${head}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        ${init}

    def forward(self, image):
        x = self.conv(image)
        ${forward.trim().split('\n').join('\n        ')}

# espalier: model Net input=(1, 3, 16, 16)
`;

describe('einops', () => {
  let frontend: Frontend;
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'espalier-einops-'));
    frontend = createPythonFrontend({ distDir: path.join(root, 'dist'), deadlineMs: 60_000 });
  });
  afterAll(async () => {
    await frontend.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const trace = (text: string): Promise<TraceResult> =>
    frontend.trace(
      { file: path.join(folder, 'model.py'), text, workspaceFolder: folder },
      new AbortController().signal,
    );
  /** Every operation with the shapes that it makes, and the output. */
  async function read(text: string) {
    const { models, diagnostics } = await trace(text);
    expect(diagnostics).toEqual([]);
    expect(models.map(({ notes }) => notes)).toEqual([[]]);
    const { nodes, values, outputs, params } = models[0]!.graph;
    const shape = (id: string) => formatShape(values[id]!.shape);
    return {
      steps: nodes.map((node) => [node.op, node.outputs.map(shape), node.attrs]),
      outputs: outputs.map(shape),
      params: Object.values(params).map(({ name, shape: size }) => `${name} ${size.join('×')}`),
    };
  }
  const said = ({ diagnostics }: TraceResult) =>
    diagnostics.map(
      ({ severity, code, message, range }) => `${severity} ${code} ${range.startLine + 1}: ${message}`,
    );

  it('reads a vision transformer: names, shapes and counts by arithmetic', async () => {
    const { steps, outputs, params } = await read(
      readFileSync(path.join(root, 'test/golden/pytorch/einops_vit.py'), 'utf8'),
    );
    expect(outputs).toEqual(['N×10']);
    expect(params.slice(0, 5)).toEqual([
      'token 1×1×48',
      'positions 17×48',
      'embed.1.weight 48×192',
      'embed.1.bias 48',
      'blocks.0.norm1.weight 48',
    ]);
    const count = params
      .map((param) =>
        param
          .split(' ')[1]!
          .split('×')
          .reduce((n, size) => n * Number(size), 1),
      )
      .reduce((sum, size) => sum + size, 0);
    const [dim, patch] = [48, 3 * 8 * 8];
    const norm = 2 * dim;
    const attention = 3 * dim * dim + dim * dim + dim;
    const mlp = dim * 2 * dim + 2 * dim + 2 * dim * dim + dim;
    const ends = dim + 17 * dim + patch * dim + dim + 2 * dim * 10 + 10;
    expect(count).toBe(2 * (2 * norm + attention + mlp) + ends);
    const made = (op: string) => steps.filter(([kind]) => kind === op).map(([, shapes]) => shapes);
    expect(made('einsum')).toEqual([['N×4×17×17'], ['N×4×17×12'], ['N×4×17×17'], ['N×4×17×12']]);
    expect(made('expand')).toEqual([['N×1×48']]);
    expect(made('unknown')).toEqual([]);
  });

  const twins = [
    ["rearrange(x, 'b c h w -> b (h w) c')", 'x.permute(0, 2, 3, 1).reshape(x.shape[0], 256, 8)'],
    ["rearrange(x, 'b (n d) h w -> (b n) d h w', d=2)", 'x.reshape(x.shape[0] * 4, 2, 16, 16)'],
    ["rearrange(x, '... -> ...')", 'x'],
    ["rearrange(x, 'b ... w -> b w (...)')", 'x.permute(0, 3, 1, 2).reshape(x.shape[0], 16, 128)'],
    [
      "rearrange(x, 'b c (h s) (w t) -> b (c s t) h w', s=2, t=2)",
      'x.reshape(x.shape[0], 8, 8, 2, 8, 2).permute(0, 1, 3, 5, 2, 4).reshape(x.shape[0], 32, 8, 8)',
    ],
    [
      "rearrange([x, x.relu()], 'k b c h w -> b (k c) h w')",
      'torch.stack([x, x.relu()]).permute(1, 0, 2, 3, 4).reshape(x.shape[0], 16, 16, 16)',
    ],
    ["reduce(x, 'b c h w -> b c', 'mean')", 'x.mean((2, 3))'],
    ["reduce(x, 'b c h w -> b c 1 1', 'max')", 'x.amax((2, 3)).reshape(x.shape[0], 8, 1, 1)'],
    ["reduce(x, 'b c (h 2) (w 2) -> b c h w', 'max')", 'x.reshape(x.shape[0], 8, 8, 2, 8, 2).amax((3, 5))'],
    ["reduce(x, 'b ... -> b', lambda y, axes: y.sum(axes))", 'x.sum((1, 2, 3))'],
    [
      "repeat(x, 'b c h w -> b c (h 2) w')",
      'x.reshape(x.shape[0], 8, 16, 1, 16).expand(-1, -1, -1, 2, -1).reshape(x.shape[0], 8, 32, 16)',
    ],
    ["repeat(x, 'b c h w -> k b c h w', k=3)", 'x.unsqueeze(0).expand(3, -1, -1, -1, -1)'],
    [
      "repeat(torch.ones(1, 1, 8) * x.mean(), '1 1 d -> b 1 d', b=image.shape[0])",
      '(torch.ones(1, 1, 8) * x.mean()).expand(image.shape[0], -1, -1)',
    ],
    ["einsum(x, x, 'b left h w, b right h w -> b left right')", "torch.einsum('abcd,aecd->abe', x, x)"],
    [
      "rearrange(x, 'b c h w -> b c (h w)', **{'h': parse_shape(x, 'b _ h w')['h']})",
      'x.reshape(x.shape[0], 8, 256)',
    ],
    [
      "pack([x, x.mean((2, 3))], 'b *')[0]",
      '(lambda mean: torch.cat([x.reshape(x.shape[0], 2048), mean], 1))(x.mean((2, 3)))',
    ],
  ] as const;
  it.each(twins)('%s is what PyTorch spells %s', async (pattern, plain) => {
    expect(await read(after(`return ${pattern}`))).toEqual(await read(after(`return ${plain}`)));
  });

  it('unpacks what was packed', async () => {
    const text = after(
      "packed, shapes = pack([x, x.mean((2, 3))], 'b *')\nreturn tuple(unpack(packed, shapes, 'b *'))",
    );
    expect((await read(text)).outputs).toEqual(['N×8×16×16', 'N×8']);
  });

  it('has patterns as layers', async () => {
    const layers = `self.tail = nn.Sequential(
            Rearrange('b c (h p) (w q) -> b (h w) (p q c)', p=4, q=4), nn.Linear(128, 12), Reduce('b n c -> b c', 'mean'))`;
    const { outputs, params } = await read(after('return self.tail(x)', layers));
    expect(outputs).toEqual(['N×12']);
    expect(params.slice(2)).toEqual(['tail.1.weight 12×128', 'tail.1.bias 12']);
  });

  it('mixes named axes with a weight and a bias', async () => {
    const layer = `self.mix = EinMix('b (g c) h w -> b h w (g d)', 'g c d', 'g d', g=2, c=4, d=5)`;
    const { outputs, params } = await read(after('return self.mix(x)', layer));
    expect(outputs).toEqual(['N×16×16×10']);
    expect(params.slice(2)).toEqual(['mix.weight 2×4×5', 'mix.bias 2×5']);
  });

  const mistakes = [
    [
      "rearrange(x, 'b c h -> b h c')",
      'shape-mismatch',
      "'b c h -> b h c' is for tensors of 3 axes, not for N×8×16×16",
    ],
    [
      "rearrange(x, 'b c (h p) w -> b c h p w', p=5)",
      'shape-mismatch',
      "'b c (h p) w -> b c h p w': (h p) is a multiple of 5 long, and 16 in N×8×16×16",
    ],
    [
      "rearrange(x, 'b c h w -> b c h')",
      'python-error',
      "EinopsError: 'w' stands on one side alone of 'b c h w -> b c h'",
    ],
    [
      "rearrange(x, 'b (c h w -> b c h w')",
      'python-error',
      "EinopsError: the parentheses of 'b (c h w -> b c h w' do not match",
    ],
    [
      "rearrange(x, 'b (c d) h w -> b c d h w')",
      'python-error',
      "EinopsError: 'b (c d) h w -> b c d h w' needs the length of 'c' or 'd'",
    ],
    [
      "repeat(x, 'b c h w -> b c h w k')",
      'python-error',
      "EinopsError: 'b c h w -> b c h w k' needs the length of 'k'",
    ],
    [
      "reduce(x, 'b c h w -> b c', 'middle')",
      'python-error',
      "EinopsError: 'middle' is no reduction; there are min, max, sum, mean, prod, any, all",
    ],
  ] as const;
  it.each(mistakes)('says at the line what is wrong with %s', async (call, code, message) => {
    const text = after(`return ${call}`);
    const line = text.split('\n').findIndex((row) => row.includes(call)) + 1;
    expect(said(await trace(text))).toEqual([`error ${code} ${line}: ${message}`]);
  });
});
