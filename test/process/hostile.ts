// What the hostile tests share: a frontend with a short deadline, a workspace of its own, and a good file after each bad one.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import type { Frontend, TraceResult } from '../../language-server/frontends/frontend';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';

const root = path.resolve(import.meta.dirname, '../..');
const example = readFileSync(path.join(root, 'examples/pytorch/convnet.py'), 'utf8');

/** A model whose constructor and forward hold these lines. */
export const net = (init = 'pass', forward = 'pass') => `
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 2)
        ${init}

    def forward(self, x):
        ${forward}
        return self.fc(x)
`;

export class HostileBench {
  /** Holds `workspace/` and what lies outside of it. */
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'espalier-hostile-'));
  readonly workspace = path.join(this.folder, 'workspace');
  readonly packages = path.join(this.folder, 'packages');
  private readonly frontend: Frontend;
  private count = 0;

  constructor() {
    mkdirSync(this.workspace);
    mkdirSync(this.packages);
    // Long enough for a good file on a busy machine, short enough for those that never end.
    this.frontend = createPythonFrontend({
      distDir: path.join(root, 'dist'),
      deadlineMs: 5_000,
      memoryMb: 400,
    });
  }

  async dispose(): Promise<void> {
    await this.frontend.dispose();
    rmSync(this.folder, { recursive: true, force: true });
  }

  write(name: string, text: string, folder = this.workspace): string {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  trace(text: string, file = path.join(this.workspace, `f${this.count++}.py`)): Promise<TraceResult> {
    const { workspace: workspaceFolder, packages } = this;
    const request = { file, text, workspaceFolder, packages: [packages] };
    return this.frontend.trace(request, new AbortController().signal);
  }

  async stillWorks(): Promise<void> {
    const { models, diagnostics } = await this.trace(`${example}\n# ${this.count}\n`);
    expect(diagnostics).toEqual([]);
    expect(models.map(({ graph }) => [graph.name, graph.nodes.length])).toEqual([['convnet', 31]]);
  }
}

export const codesOf = ({ diagnostics }: TraceResult): string[] => diagnostics.map(({ code }) => code);
export const namesOf = ({ models }: TraceResult): string[] => models.map(({ graph }) => graph.name);
