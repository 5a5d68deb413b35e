// ONNX files that real PyTorch exported, read as models: parameters, names and shapes as PyTorch has them.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graphCost } from '../../core/graph/cost';
import { shapeAt } from '../../core/graph/shape';
import { isTwoFour } from '../../core/sparsity/value-facts';
import type { TracedModel } from '../../language-server/frontends/frontend';
import { createOnnxFrontend } from '../../language-server/frontends/onnx/frontend';
import { noTorch } from './torch';

interface Facts {
  readonly id: string;
  readonly params: number;
  readonly names: Readonly<Record<string, readonly number[]>>;
  readonly output: readonly number[];
  /** The weight whose output 1 was zeroed, and the one that was pruned 2:4. */
  readonly first: string;
  readonly last: string;
}

const ids = ['resnet18', 'mobilenet_v3_small', 'shufflenet', 'efficientnet_b0', 'vit', 'swin', 'pieces'];

describe.skipIf(noTorch)(`ONNX files that PyTorch exports${noTorch ? ` (${noTorch})` : ''}`, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'espalier-onnx-'));
  const facts = new Map<string, Facts>();
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeAll(() => {
    const script = path.resolve('test/process/onnx-facts.py');
    const output = execFileSync('/usr/bin/python3', [script, folder], { encoding: 'utf8', stdio: 'pipe' });
    for (const line of output.trim().split('\n')) {
      const entry = JSON.parse(line) as Facts;
      facts.set(entry.id, entry);
    }
  });

  async function read(id: string): Promise<TracedModel> {
    const request = { file: path.join(folder, `${id}.onnx`), text: '', values: true };
    const { models, diagnostics } = await createOnnxFrontend().trace(request, new AbortController().signal);
    expect(diagnostics).toEqual([]);
    return models[0]!;
  }

  it.each(ids)(
    '%s: parameters, names and the output are PyTorch’s, and nothing is left unread',
    async (id) => {
      const { graph, notes } = await read(id);
      const { params, names, output } = facts.get(id)!;
      expect(notes).toEqual([]);
      expect(graphCost(graph).params).toBe(params);
      // A projection that ONNX multiplies by has no name there but a number; all others keep theirs.
      const ours = Object.values(graph.params).filter(
        ({ name, trainable }) => trainable && Object.hasOwn(names, name),
      );
      for (const { name, shape } of ours) {
        const [found, wanted] = [shape.filter((dim) => dim > 1), names[name]!.filter((dim) => dim > 1)];
        expect([name, ...found]).toEqual([name, ...wanted]);
      }
      expect(ours.length).toBeGreaterThan(Object.keys(names).length / 2);
      expect(graph.outputs.map((value) => shapeAt(graph.values[value]!.shape))).toEqual([output]);
    },
  );

  it.each(ids)('%s: zeros are found where they were put', async (id) => {
    const { weights } = await read(id);
    const { first, last } = facts.get(id)!;
    const values = (name: string) => weights!.find((entry) => entry.name === name)?.values;
    // Both are there under their own names in most models; a matrix product names its weight by a number.
    const zeroed = values(first);
    if (zeroed) expect(zeroed.zeroOutputs).toBeGreaterThanOrEqual(1);
    const pruned = values(last);
    if (pruned) expect(isTwoFour(pruned)).toBe(true);
    const sparse = weights!.filter((entry) => entry.values && isTwoFour(entry.values));
    expect(sparse).toHaveLength(1);
    expect(sparse[0]!.values!.zeros / sparse[0]!.values!.elements).toBeGreaterThanOrEqual(0.5);
  });

  it('recurrent: a cell is a barrier that is named, with its weights counted', async () => {
    const { graph, notes } = await read('recurrent');
    expect(graphCost(graph).params).toBe(facts.get('recurrent')!.params);
    expect(notes[0]).toMatch(/^LSTM is a barrier/);
  });
});
