// A model file in the editor: lens, hints, hover and findings from the exact graph, and what stays while one types.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelAnalysis } from '../../core/protocol/language-server';
import { Client, exampleFile, root } from './client';

const file = exampleFile('pytorch/convnet.py');
const text = readFileSync(file, 'utf8');
const lineOf = (piece: string, content = text) =>
  content.slice(0, content.indexOf(piece)).split('\n').length - 1;
const factory = lineOf('def convnet(');
// 77,754 is what PyTorch counts: sum(p.numel() for p in convnet().parameters()).
const totals = '77,754 parameters · 5.16 MFLOPs · 10 of 10 layers prunable';
const exact = `${totals} · for 1×1×28×28`;

let client: Client;
let uri: string;
const hintAt = async (line: number) =>
  (await client.hints(uri, line, line)).map(({ label }) => label as string);

beforeAll(async () => {
  client = await Client.start({ folder: root });
  uri = await client.open(file, text);
});
afterAll(async () => {
  expect(await client.stop()).toBe(0);
});

describe('the example', () => {
  it('first shows what the text says, then the exact lens and what can be done', async () => {
    const first = await client.until('the first lens', async () => (await client.lensTexts(uri))[0]);
    expect(first).toBe(`${factory}: tracing… · 12 layers in the text`);
    await client.status(uri, 'exact');
    expect(await client.lensTexts(uri)).toEqual(
      [exact, 'Sparse train', 'Benchmark', 'Masks'].map((title) => `${factory}: ${title}`),
    );
    expect(client.refreshes).toBeGreaterThan(0);
  });

  it('offers commands that say which model is meant', async () => {
    const [model, ...actions] = (await client.lenses(uri)).map(({ command }) => command!);
    expect(model!.command).toBe('');
    expect(actions.map(({ command, arguments: args }) => [command, args])).toEqual(
      ['espalier.sparseTrain', 'espalier.benchmark', 'espalier.showMasks'].map((id) => [
        id,
        [{ uri, model: 'convnet' }],
      ]),
    );
  });

  it('claims no speed anywhere', async () => {
    const said = [
      ...(await client.lensTexts(uri)),
      ...(await client.hints(uri)).map(({ label }) => label as string),
    ];
    expect(said.join('\n')).not.toMatch(/fast|speed|\d×(?!\d)|\bx\d|\bms\b/i);
  });

  it('has one hint a line that builds layers, at its end', async () => {
    const head = lineOf('self.head = nn.Linear');
    expect(await hintAt(head)).toEqual(['650 params (0.8 %) · 2:4 ✓ · channel ✗']);
    const [hint] = await client.hints(uri, head, head);
    expect(hint!.position).toEqual({ line: head, character: text.split('\n')[head]!.length });
    expect(await hintAt(lineOf('self.conv2 ='))).toEqual([
      '3 layers · 48,384 params (62.2 %) · 2:4 ✓ · channel ✓',
    ]);
    expect(await hintAt(lineOf('nn.Conv2d(1,'))).toEqual(['144 params (0.2 %) · 2:4 ✗ · channel ✓']);
    expect(await hintAt(lineOf('def forward'))).toEqual([]);
  });

  it('explains a layer where it is built and the model where it is declared', async () => {
    const stem = await client.hover(uri, lineOf('nn.Conv2d(1,'), 20);
    expect(stem).toContain('stem.0 (conv2d)');
    expect(stem).toMatch(/\| 2:4 \| ✗ .*not divisible by 4/);
    const model = await client.hover(uri, factory, 5);
    expect(model).toContain(totals);
    expect(model.split('\n').filter((line) => line.startsWith('| layers.'))).toHaveLength(16);
    expect(await client.hover(uri, lineOf('out = self.bn2'))).toBe('');
  });

  it('gets the findings of the rules', async () => {
    const found = await client.until('findings', () => client.diagnostics.get(uri));
    expect(found).toMatchObject([
      { code: 'nm-divisible', range: { start: { line: lineOf('nn.Conv2d(1,') } } },
    ]);
  });

  it('answers commands with its report', async () => {
    const models: ModelAnalysis[] = await client.connection.sendRequest('espalier/models', { uri });
    expect(models).toMatchObject([
      { uri, name: 'convnet', stale: false, report: { totals: { params: 77754, layers: 10 } } },
    ]);
  });
});

describe('while one types', () => {
  it('everything moves with its line at once', async () => {
    await client.replace(uri, 'import torch\n', 'import torch\n\n\n');
    const [lens] = await client.lensTexts(uri);
    expect(lens).toBe(`${factory + 2}: ${exact}`);
    expect(await hintAt(lineOf('self.head = nn.Linear') + 2)).toHaveLength(1);
    await client.replace(uri, 'import torch\n\n\n', 'import torch\n');
    expect((await client.lensTexts(uri))[0]).toBe(`${factory}: ${exact}`);
  });

  it('the last good result stays, marked stale, until the text parses again', async () => {
    await client.replace(
      uri,
      'self.head = nn.Linear(inputs, num_classes)',
      'self.head = nn.Linear(inputs, num_cl',
    );
    expect((await client.lensTexts(uri))[0]).toBe(`${factory}: ${exact} (stale)`);
    expect(await hintAt(lineOf('self.head'))).toEqual(['650 params (0.8 %) · 2:4 ✓ · channel ✗ (stale)']);
    const stale = await client.status(uri, 'stale');
    expect(stale.detail).toMatch(/^line \d+ does not parse; the last good result is shown$/);

    // Still stale once the trace of the broken text has failed, which is one problem and no more.
    await client.until('the syntax error', () =>
      client.diagnostics.get(uri)?.some(({ code }) => code === 'syntax'),
    );
    expect(client.diagnostics.get(uri)!.filter(({ severity }) => severity === 1)).toHaveLength(1);
    expect((await client.lensTexts(uri))[0]).toBe(`${factory}: ${exact} (stale)`);
    const models: ModelAnalysis[] = await client.connection.sendRequest('espalier/models', { uri });
    expect(models).toMatchObject([{ name: 'convnet', stale: true }]);

    await client.replace(uri, 'nn.Linear(inputs, num_cl', 'nn.Linear(inputs, num_classes)');
    await client.status(uri, 'exact');
    expect((await client.lensTexts(uri))[0]).toBe(`${factory}: ${exact}`);
    expect(client.diagnostics.get(uri)!.filter(({ code }) => code === 'syntax')).toEqual([]);
  });

  it('a model that fails to build stays stale, with the reason at its line', async () => {
    await client.replace(uri, 'nn.BatchNorm2d(widths[0])', 'nn.BatchNorm2d(widths[1])');
    const stale = await client.until('a stale result', () => {
      const last = client.statuses.at(-1);
      return last?.uri === uri && last.state === 'stale' ? last : undefined;
    });
    expect(stale.detail).toMatch(/16|32/);
    expect((await client.lensTexts(uri))[0]).toBe(`${factory}: ${exact} (stale)`);
    const errors = client.diagnostics.get(uri)!.filter(({ severity }) => severity === 1);
    expect(errors).toHaveLength(1);
    await client.replace(uri, 'nn.BatchNorm2d(widths[1])', 'nn.BatchNorm2d(widths[0])');
    await client.status(uri, 'exact');
  });

  it('a width that changes changes the numbers', async () => {
    await client.replace(uri, 'widths=(16, 32, 64)', 'widths=(8, 16, 32)');
    await client.until('new numbers', async () => {
      const [lens] = await client.lensTexts(uri);
      return lens?.includes('(stale)') === false && !lens.includes(exact) ? lens : undefined;
    });
    await client.replace(uri, 'widths=(8, 16, 32)', 'widths=(16, 32, 64)');
    await client.until('the old numbers', async () => (await client.lensTexts(uri))[0]?.endsWith(exact));
  });

  it('only the newest text counts, however fast keys come', async () => {
    for (let width = 17; width < 40; width++) {
      await client.replace(uri, `widths=(${width - 1}, 32, 64)`, `widths=(${width}, 32, 64)`);
    }
    const models: ModelAnalysis[] = await client.connection.sendRequest('espalier/models', { uri });
    const stem = models[0]!.report.layers.find(({ path }) => path === 'stem.0')!;
    expect(stem.weight).toEqual([39, 1, 3, 3]);
    await client.replace(uri, 'widths=(39, 32, 64)', 'widths=(16, 32, 64)');
    await client.until('the old numbers', async () => (await client.lensTexts(uri))[0]?.endsWith(exact));
  });
});

describe('a document that is closed', () => {
  it('is forgotten, in the middle of a trace too, and may come back', async () => {
    await client.replace(uri, 'num_classes=10', 'num_classes=12');
    await client.until('a trace', () => client.statuses.at(-1)?.state === 'tracing');
    await client.close(uri);
    await client.status(uri, 'idle');
    expect(await client.lenses(uri)).toEqual([]);
    expect(client.diagnostics.get(uri)).toEqual([]);
    await client.open(file, text);
    await client.status(uri, 'exact');
    expect((await client.lensTexts(uri))[0]).toBe(`${factory}: ${exact}`);
  });

  it('still answers commands, from the disk', async () => {
    await client.close(uri);
    const models: ModelAnalysis[] = await client.connection.sendRequest('espalier/models', { uri });
    expect(models).toMatchObject([{ name: 'convnet', report: { totals: { params: 77754 } } }]);
    await client.open(file, text);
  });
});
