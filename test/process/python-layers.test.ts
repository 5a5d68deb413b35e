// Every public layer of torch.nn, beside real PyTorch: what it owns, by name and shape, and what it makes of its input.
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shapeAt } from '../../core/graph/shape';
import type { Frontend, TracedModel } from '../../language-server/frontends/frontend';
import { createPythonFrontend } from '../../language-server/frontends/python/frontend';
import { type LayerCase, layerCases, notCalled } from './python-layers';
import { noTorch } from './torch';

if (noTorch) console.warn(`python-layers is skipped: ${noTorch}`);

interface Facts {
  readonly call: string;
  readonly state: readonly (readonly [string, number[]])[];
  readonly params: number;
  readonly outputs: readonly number[][];
  readonly error?: string;
}

function askTorch(cases: readonly LayerCase[]): { public: string[]; facts: Facts[] } {
  const script = path.join(import.meta.dirname, 'python-layer-facts.py');
  const { stdout } = spawnSync('/usr/bin/python3', [script], {
    input: JSON.stringify(cases),
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    env: { ...process.env, OMP_NUM_THREADS: '1' },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as { public: string[]; facts: Facts[] };
}

const perFile = 90;

describe.runIf(!noTorch)('the layers of torch.nn', () => {
  let frontend: Frontend;
  let folder: string;
  let known: ReturnType<typeof askTorch>;
  const traced = new Map<string, TracedModel>();

  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'espalier-layers-'));
    frontend = createPythonFrontend({
      distDir: path.resolve(import.meta.dirname, '../../dist'),
      deadlineMs: 60_000,
    });
    known = askTorch(layerCases);
    for (let at = 0; at < layerCases.length; at += perFile) {
      const cases = layerCases.slice(at, at + perFile);
      const said = cases.map(({ call, inputs }, i) => {
        const shapes = inputs.map((shape) => `(${shape.join(', ')},)`).join(', ');
        return `layer_${i} = lambda: nn.${call}\n# espalier: model layer_${i} input=(${shapes},)`;
      });
      const text = ['import torch', 'from torch import nn', ...said, ''].join('\n');
      const request = { file: path.join(folder, `layers_${at}.py`), text, workspaceFolder: folder };
      const { models } = await frontend.trace(request, new AbortController().signal);
      for (const model of models) traced.set(cases[Number(model.graph.name.slice(6))]!.call, model);
    }
  });
  afterAll(async () => {
    await frontend.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are all called here, or have a reason why not', () => {
    const called = new Set(layerCases.map(({ call }) => /^\w+/.exec(call)![0]));
    expect(known.public.filter((name) => !called.has(name) && !(name in notCalled))).toEqual([]);
  });

  it.each(layerCases)('$call', ({ call }) => {
    const facts = known.facts.find((fact) => fact.call === call)!;
    expect(facts.error).toBeUndefined();
    const model = traced.get(call);
    expect(model, 'it was not traced').toBeDefined();
    const { graph } = model!;
    const params = Object.values(graph.params);
    expect(params.map(({ name, shape }) => [name, shape])).toEqual(facts.state);
    const trained = params.filter(({ trainable }) => trainable);
    expect(trained.reduce((n, { shape }) => n + shape.reduce((a, b) => a * b, 1), 0)).toBe(facts.params);
    expect(graph.outputs.map((id) => shapeAt(graph.values[id]!.shape, 2))).toEqual(facts.outputs);
  });
});
