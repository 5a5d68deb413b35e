// torchvision where it is not installed: its layers are known, and files that can do without it are told so.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Frontend } from '../../language-server/frontends/frontend';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';

describe('torchvision that is not installed', () => {
  let frontend: Frontend;
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'espalier-torchvision-'));
    frontend = createPythonFrontend({
      distDir: path.resolve(import.meta.dirname, '../../dist'),
      deadlineMs: 60_000,
    });
  });
  afterAll(async () => {
    await frontend.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const read = async (imports: string, layer: string, forward = 'self.layer(x)') => {
    const text = `import torch
from torch import nn
${imports}

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 1)
        self.layer = ${layer}

    def forward(self, image):
        x = self.conv(image)
        return ${forward}

# espalier: model Net input=(1, 3, 8, 8)
`;
    const { models, diagnostics } = await frontend.trace(
      { file: path.join(folder, 'model.py'), text, workspaceFolder: folder },
      new AbortController().signal,
    );
    return {
      ops: models[0]!.graph.nodes.map(({ op, attrs }) => (op === 'unknown' ? attrs['name'] : op)),
      notes: models[0]!.notes,
      said: diagnostics.map(({ message }) => message),
    };
  };

  it('is absent to a file that can do without it', async () => {
    const asked = 'try:\n    import torchvision\nexcept ImportError:\n    torchvision = None';
    const layer = 'nn.Tanh() if torchvision else nn.ReLU()';
    expect((await read(asked, layer)).ops).toEqual(['conv2d', 'relu']);
    const found = 'from importlib.util import find_spec';
    const choice = "nn.Tanh() if find_spec('torchvision') else nn.ReLU()";
    expect((await read(found, choice)).ops).toEqual(['conv2d', 'relu']);
  });

  it('has its layers for any other', async () => {
    const layer = 'ops.Conv2dNormActivation(4, 6, activation_layer=nn.Hardswish)';
    for (const imports of ['from torchvision import ops', 'import torchvision.ops as ops']) {
      expect(await read(imports, layer)).toEqual({
        ops: ['conv2d', 'conv2d', 'batchNorm2d', 'hardSwish'],
        notes: [],
        said: [],
      });
    }
  });

  it('names what it lacks, and goes on past it', async () => {
    const imports = 'from torchvision.ops import deform_conv2d';
    const { ops, notes } = await read(imports, 'nn.ReLU()', 'self.layer(deform_conv2d(x, x, x))');
    expect(ops).toEqual(['conv2d', 'torchvision.ops.deform_conv2d', 'relu']);
    expect(notes).toEqual(['torchvision.ops.deform_conv2d is not known to Espalier yet: exact up to there']);
  });
});
