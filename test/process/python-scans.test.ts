// Models of mamba-ssm and causal-conv1d, which are built where there is CUDA only: read with their names, and to their end.
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelGraph } from '../../core/graph/model-graph';
import { formatShape } from '../../core/graph/shape';
import type { Frontend } from '../../language-server/frontends/frontend';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';

describe('a state space model', () => {
  let frontend: Frontend;
  beforeAll(() => {
    frontend = createPythonFrontend({ distDir: path.resolve('dist'), deadlineMs: 60_000 });
  });
  afterAll(() => frontend.dispose());

  const read = async (text: string): Promise<ModelGraph> => {
    const { models, diagnostics } = await frontend.trace(
      { file: '/w/model.py', text },
      new AbortController().signal,
    );
    expect(diagnostics.map(({ message }) => message)).toEqual([]);
    return models[0]!.graph;
  };
  const count = (graph: ModelGraph, op: string) => graph.nodes.filter((node) => node.op === op).length;
  const outputOf = (graph: ModelGraph) =>
    graph.outputs.map((id) => formatShape(graph.values[id]!.shape)).join(' and ');

  it.each([
    ['that cannot do without the package', 'from mamba_ssm import Mamba'],
    [
      'that could do without it',
      'try:\n    from mamba_ssm.modules.mamba_simple import Mamba\nexcept ImportError:\n    Mamba = None',
    ],
  ])('%s has its layers, with the names that its checkpoints have', async (_, imports) => {
    const graph = await read(
      `${imports}\nfrom torch import nn\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.mixer = Mamba(d_model=32, d_state=8, d_conv=3)\n\n    def forward(self, x):\n        return x + self.mixer(x)\n\n# espalier: model Net() input=(1, 10, 32)\n`,
    );
    expect(Object.entries(graph.params).map(([name, { shape }]) => `${name} ${formatShape(shape)}`)).toEqual([
      'mixer.A_log 64×8',
      'mixer.D 64',
      'mixer.in_proj.weight 128×32',
      'mixer.conv1d.weight 64×1×3',
      'mixer.conv1d.bias 64',
      'mixer.x_proj.weight 18×64',
      'mixer.dt_proj.weight 64×2',
      'mixer.dt_proj.bias 64',
      'mixer.out_proj.weight 32×64',
    ]);
    expect([count(graph, 'selectiveScan'), count(graph, 'unknown')]).toEqual([1, 0]);
    expect(outputOf(graph)).toBe('N×10×32');
  });

  const parts = `import torch
from causal_conv1d import causal_conv1d_fn
from einops import rearrange
from mamba_ssm.ops.selective_scan_interface import mamba_inner_fn, selective_scan_fn
from torch import nn

class Net(nn.Module):
    def __init__(self, d=16, n=4):
        super().__init__()
        self.d, self.n = d, n
        self.conv1d = nn.Conv1d(d, d, 4, groups=d, padding=3)
        self.A, self.D = nn.Parameter(torch.ones(2 * d, n)), nn.Parameter(torch.ones(2 * d))
        self.made = nn.Linear(d, 4 * n + 2 * d)

`;

  it('whose channels are scanned in groups is a scan a group, and a convolution keeps its weight', async () => {
    const graph = await read(`${parts}    def forward(self, x):
        x = causal_conv1d_fn(x, rearrange(self.conv1d.weight, 'd 1 w -> d w'), self.conv1d.bias, activation='silu')
        b, c, dt = self.made(x.transpose(1, 2)).transpose(1, 2).split([2 * self.n, 2 * self.n, 2 * self.d], 1)
        b, c = (v.view(v.shape[0], 2, self.n, -1) for v in (b, c))
        return selective_scan_fn(torch.cat([x, x.flip(-1)], 1), dt, -self.A, b, c, self.D, delta_softplus=True)

# espalier: model Net() input=(1, 16, 20)
`);
    expect([count(graph, 'selectiveScan'), count(graph, 'unknown'), count(graph, 'conv1d')]).toEqual([
      2, 0, 1,
    ]);
    expect(graph.nodes.find(({ op }) => op === 'conv1d')!.params['weight']).toBe('conv1d.weight');
    expect(outputOf(graph)).toBe('N×32×20');
  });

  it('that calls a whole layer as one function is followed through it', async () => {
    const graph =
      await read(`${parts.replace('4 * n + 2 * d', '1')}        self.x, self.dt, self.out = nn.Linear(d, 2 + 2 * n), nn.Linear(2, d), nn.Linear(d, 5)
        self.A = nn.Parameter(torch.ones(d, n))

    def forward(self, xz):
        return mamba_inner_fn(
            xz, self.conv1d.weight, self.conv1d.bias, self.x.weight, self.dt.weight, self.out.weight, self.out.bias,
            -torch.exp(self.A), None, None, None, delta_bias=self.dt.bias,
        )

# espalier: model Net() input=(1, 32, 20)
`);
    expect([count(graph, 'selectiveScan'), count(graph, 'unknown')]).toEqual([1, 0]);
    expect(outputOf(graph)).toBe('N×20×5');
  });

  it('whose convolution is asked for its states, or goes on from some, is a barrier there', async () => {
    const graph = await read(`${parts}    def forward(self, x):
        y, last = causal_conv1d_fn(x, self.conv1d.weight[:, 0], self.conv1d.bias, return_final_states=True)
        return causal_conv1d_fn(y, self.conv1d.weight[:, 0], initial_states=last), last

# espalier: model Net() input=(1, 16, 20)
`);
    expect(count(graph, 'unknown')).toBe(2);
    expect(outputOf(graph)).toBe('N×16×20 and N×16×3');
  });

  it('whose state is asked for, or whose B never changes, is a barrier there and counts its parameters', async () => {
    const graph = await read(`${parts}        self.b = nn.Parameter(torch.ones(d, n))

    def forward(self, x):
        y = selective_scan_fn(x, x, -self.A[: self.d], self.b, self.b)
        y, last = selective_scan_fn(y, x, -self.A[: self.d], x[:, : self.n], x[:, : self.n], return_last_state=True)
        return y, last

# espalier: model Net() input=(1, 16, 20)
`);
    expect([count(graph, 'selectiveScan'), count(graph, 'unknown')]).toEqual([1, 2]);
    expect(outputOf(graph)).toBe('N×16×20 and N×16×4');
  });
});
