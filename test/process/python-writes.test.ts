// Writes into tensors and views of them: what the graph computes on the executor, against real PyTorch.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TensorData, Weights } from '../../core/graph/tensor';
import type { TracedModel } from '../../language-server/frontends/frontend';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';
import { wasmDevice } from '../../native/devices/wasm';
import { tf } from '../../native/tf';
import { Executor, placedInput } from '../../training/executor/executor';
import { Parameters } from '../../training/executor/parameters';
import { randomTensor } from '../unit/export/models';
import { noTorch, runTorch } from './torch';
import { followed, said, type WriteCase } from './write-cases';

const distDir = path.resolve('dist');

const classOf = ({ forward }: WriteCase, i: number) => `
# espalier: model Writes${i}() input=(1, 6, 8)
class Writes${i}(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(8))
        self.register_buffer('b', torch.arange(8.0))

    def forward(self, x):
${forward.map((line) => `        ${line}`).join('\n')}
`;
const header = 'import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n';
const fileOf = (cases: readonly WriteCase[]) => header + cases.map(classOf).join('\n');

async function tracesOf(cases: readonly WriteCase[]): Promise<readonly TracedModel[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'espalier-writes-'));
  const frontend = createPythonFrontend({ distDir, deadlineMs: 60_000 });
  try {
    const file = path.join(folder, 'writes.py');
    writeFileSync(file, fileOf(cases));
    const request = { file, text: fileOf(cases), workspaceFolder: folder, packages: [] };
    return (await frontend.trace(request, new AbortController().signal)).models;
  } finally {
    await frontend.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}

const given = { x: randomTensor([2, 6, 8], 1), w: randomTensor([8], 2), b: randomTensor([8], 3) };

describe.skipIf(noTorch)('a write in place means what it means in PyTorch', () => {
  let models: readonly TracedModel[] = [];
  let wanted: readonly TensorData[] = [];

  beforeAll(async () => {
    await wasmDevice(distDir).activate();
    models = await tracesOf(followed);
    wanted = runTorch(
      `${fileOf(followed)}
x, w, b = inputs
def run(model):
    model.w.data.copy_(w), model.b.copy_(b)
    return model(x.clone())
with torch.no_grad(): answer([run(kind()) for kind in [${followed.map((_, i) => `Writes${i}`).join(', ')}]])
`,
      [given.x, given.w, given.b],
    );
  }, 120_000);
  afterAll(() => tf.disposeVariables());

  it.each(followed.map(({ name }, i) => [name, i] as const))('%s', async (_, i) => {
    const model = models.find(({ graph }) => graph.name === `Writes${i}`)!;
    expect(model.graph.nodes.filter(({ op }) => op === 'unknown').map(({ attrs }) => attrs)).toEqual([]);
    const weights: Weights = new Map(
      Object.keys(model.graph.params).map((key) => [key, key === 'w' ? given.w : given.b]),
    );
    const executor = new Executor(model.graph, Parameters.load(model.graph, weights));
    const [output] = executor.predict([placedInput(given.x, model.graph, 0)]);
    expect(output!.shape).toEqual(wanted[i]!.shape);
    const values = await output!.data();
    wanted[i]!.data.forEach((value: number, at: number) => expect(values[at]).toBeCloseTo(value, 5));
    output!.dispose();
  });
});

describe('a write that a graph cannot follow', () => {
  it('is named in the graph or in a note', async () => {
    const models = await tracesOf(said);
    said.forEach(({ words }, i) => {
      const { graph, notes } = models.find(({ graph: { name } }) => name === `Writes${i}`)!;
      const barriers = graph.nodes.flatMap(({ op, attrs }) =>
        op === 'unknown' ? [attrs['name'] as string] : [],
      );
      expect([...barriers, ...notes].join('\n')).toMatch(words);
    });
  });
});
