// What a recipe says of its model: layer paths as they are completed, and fixes for what the model does not bear.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CodeAction } from 'vscode-languageserver/node';
import { defaultRecipe } from '../../core/recipe/defaults';
import { formatRecipe } from '../../core/recipe/format';
import { Client, exampleFile } from './client';

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-recipe-model-'));
writeFileSync(path.join(folder, 'convnet.py'), readFileSync(exampleFile('pytorch/convnet.py')));
writeFileSync(
  path.join(folder, 'plain.py'),
  'from torch import nn\n\n# espalier: model net input=(1, 8)\nnet = nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 4))\n',
);

let client: Client;
let count = 0;
beforeAll(async () => {
  client = await Client.start({ folder });
});
afterAll(async () => {
  expect(await client.stop()).toBe(0);
});

const open = (content: string) =>
  client.open(path.join(folder, `recipe${count++}.espalier.yaml`), content, 'yaml');
const text = formatRecipe(defaultRecipe('network-slimming', { file: 'convnet.py', name: 'convnet' }));
const problems = (uri: string) =>
  client.until('what the model says', () => {
    const found = client.diagnostics.get(uri) ?? [];
    return found.length > 0 ? found.map(({ code, message }) => `${code}: ${message as string}`) : undefined;
  });

async function actions(uri: string, piece: string): Promise<CodeAction[]> {
  const content = client.text(uri);
  const line = content.slice(0, content.indexOf(piece)).split('\n').length - 1;
  const range = { start: { line, character: 0 }, end: { line, character: 0 } };
  const params = { textDocument: { uri }, range, context: { diagnostics: [] } };
  return client.connection.sendRequest('textDocument/codeAction', params);
}
async function apply(uri: string, { edit }: CodeAction): Promise<void> {
  const edits = edit!.changes![uri]!.toSorted((a, b) => b.range.start.line - a.range.start.line);
  for (const { range, newText } of edits) await client.change(uri, [{ range, text: newText }]);
}

describe('layer paths', () => {
  it.each([
    ['a list of lines', 'keepDense:\n  - ', '- '],
    ['a list as far left as its key', 'keepDense:\n- ', '- '],
    ['brackets', 'keepDense: [', '['],
    ['brackets, after others', 'keepDense: [head, la', 'la'],
  ])('are completed in %s, from the model on disk', async (_, typed, after) => {
    const uri = await open(text.replace('# Settings', `${typed}\n\n# Settings`));
    // The first answer may be empty: whoever types does not wait for the sandbox to start.
    const items = await client.until('layers', async () => {
      const found = await client.completions(uri, typed);
      return found.length > 0 && found;
    });
    expect(items.map(({ label }) => label).slice(0, 5)).toEqual([
      ...['stem', 'stem.0', 'layers', 'layers.0', 'layers.0.conv1'],
    ]);
    const stem = items.find(({ label }) => label === 'stem.0')!;
    expect(stem.detail).toBe('Conv2d · 16×1×3×3 · N×16×14×14 · 144 params');
    expect((stem.documentation as { value: string }).value).toContain('| 2:4 | ✗');
    const { range } = stem.textEdit as { range: { start: { character: number } } };
    const line = typed.split('\n').at(-1)!;
    expect(range.start.character).toBe(line.lastIndexOf(after) + (after === 'la' ? 0 : after.length));
  });

  it('are those that the editor has, saved or not', async () => {
    const source = readFileSync(exampleFile('pytorch/convnet.py'), 'utf8').replaceAll(
      'self.head',
      'self.classifier',
    );
    const model = await client.open(path.join(folder, 'convnet.py'), source);
    await client.status(model, 'exact');
    const uri = await open(text.replace('# Settings', 'keepDense:\n  - \n\n# Settings'));
    const labels = (await client.completions(uri, 'keepDense:\n  - ')).map(({ label }) => label);
    expect(labels).toContain('classifier');
    expect(labels).not.toContain('head');
    await client.close(model);
  });

  it('that do not exist are warned of, with the one that was meant', async () => {
    const uri = await open(text.replace('# Settings', 'keepDense: [layers.0, layers.1.conv3]\n\n# Settings'));
    expect(await problems(uri)).toEqual([
      'layer-unknown: convnet has no layer layers.1.conv3; did you mean layers.1.conv1?',
    ]);
    const [fix] = await actions(uri, 'keepDense');
    expect(fix!.title).toBe('Change to layers.1.conv1');
    await apply(uri, fix!);
    await client.until('no problem', () => client.diagnostics.get(uri)?.length === 0);
    expect(client.text(uri)).toContain('keepDense: [layers.0, layers.1.conv1]');
  });
});

describe('a method that does not apply', () => {
  it('is named with the reason, and replaced with its options and bounds by one that does', async () => {
    const slim = { ...defaultRecipe('network-slimming', { file: 'plain.py', name: 'net' }), sparsity: 0.7 };
    const uri = await open(formatRecipe(slim));
    expect(await problems(uri)).toEqual([
      'method-misfit: Channel pruning by BN scale does not apply to net: no prunable group of channels passes through a BatchNorm with a scale',
    ]);
    const [fix, ...others] = await actions(uri, 'method:');
    expect(others.map(({ title }) => title)).toEqual([
      'Use 2:4 SR-STE (sr-ste)',
      'Use 2:4 CAST (cast)',
      'Use Fine-tune sparse (PST) (pst)',
      'Use Magnitude (magnitude)',
      'Use RigL (rigl)',
    ]);
    expect(fix!.title).toBe('Use 2:4 magnitude (nm-magnitude)');
    await apply(uri, fix!);
    await client.until('no problem', () => client.diagnostics.get(uri)?.length === 0);
    expect(client.text(uri)).toContain('method: nm-magnitude');
    expect(client.text(uri)).toContain('sparsity: 0.5');
    expect(client.text(uri)).toContain('options:\n  denseShare: 0.45\n');
    expect(client.text(uri)).not.toContain('l1:');
  });

  it('takes its budget along to no method of single weights', async () => {
    const { sparsity: _, ...rest } = defaultRecipe('network-slimming', { file: 'plain.py', name: 'net' });
    const uri = await open(formatRecipe({ ...rest, budget: { macs: 0.5 } }));
    expect(await problems(uri)).toHaveLength(1);
    const [fix] = await actions(uri, 'method:');
    await apply(uri, fix!);
    await client.until('no problem', () => client.diagnostics.get(uri)?.length === 0);
    expect(client.text(uri)).toContain('method: nm-magnitude');
    expect(client.text(uri)).toContain('sparsity: 0.5');
    expect(client.text(uri)).not.toContain('macs:');
  });
});

describe('a model that the file does not have', () => {
  it('is replaced by one that it has', async () => {
    const uri = await open(text.replace('name: convnet', 'name: convnett'));
    expect(await problems(uri)).toEqual(['model-unknown: the file has no model convnett; it has convnet']);
    const [fix] = await actions(uri, 'name: convnett');
    expect(fix!.title).toBe('Change to convnet');
  });
});
