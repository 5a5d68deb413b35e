// Recipes in the editor: problems where they stand, completion, hovers, and what `Run recipe` gets.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataKinds } from '../../core/recipe/data-kinds';
import { methods } from '../../core/recipe/methods/table';
import { defaultRecipe } from '../../core/recipe/defaults';
import { weightFamilies } from '../../core/sparsity/patterns/families';
import { formatRecipe } from '../../core/recipe/format';
import type { RecipeAnswer } from '../../core/protocol/language-server';
import { Client, exampleFile } from './client';

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-recipes-'));
const model = { file: 'net/convnet.py', name: 'convnet' };
const text = formatRecipe(defaultRecipe('network-slimming', model));
mkdirSync(path.join(folder, 'net'));
mkdirSync(path.join(folder, 'mnist'));
writeFileSync(path.join(folder, 'net/convnet.py'), readFileSync(exampleFile('pytorch/convnet.py')));

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
/** `line: message` of every problem, after the next check. */
async function problems(uri: string): Promise<string[]> {
  const found = await client.until('a check', () => client.diagnostics.get(uri));
  return found.map(
    ({ range, message }) => `${range.start.line}: ${typeof message === 'string' ? message : ''}`,
  );
}
/** Applies an edit and waits for the check of what came of it. */
async function edited(uri: string, piece: string, by: string): Promise<string[]> {
  client.diagnostics.delete(uri);
  await client.replace(uri, piece, by);
  return problems(uri);
}
const labels = async (uri: string, after: string) =>
  (await client.completions(uri, after)).map(({ label }) => label);

describe('a recipe that Espalier wrote', () => {
  it('has no problems and a lens that runs it', async () => {
    const uri = await open(text);
    expect(await problems(uri)).toEqual([]);
    expect((await client.lenses(uri)).map(({ command }) => command)).toEqual([
      { title: '▶ Run recipe', command: 'espalier.runRecipe', arguments: [{ uri }] },
    ]);
    const answer: RecipeAnswer = await client.connection.sendRequest('espalier/recipe', { uri });
    expect(answer).toEqual({ ok: true, recipe: defaultRecipe('network-slimming', model) });
  });
});

describe('a problem', () => {
  it('stands at its value, and goes when it is mended', async () => {
    const uri = await open(text);
    const line = text.split('\n').indexOf('sparsity: 0.5');
    expect(await edited(uri, 'sparsity: 0.5', 'sparsity: 1.7')).toEqual([
      `${line}: sparsity 1.7 is outside 0.05 … 0.95 for network-slimming; it is the share of FLOPs to remove`,
    ]);
    expect(client.diagnostics.get(uri)![0]!.range).toEqual({
      start: { line, character: 'sparsity: '.length },
      end: { line, character: 'sparsity: 1.7'.length },
    });
    const answer: RecipeAnswer = await client.connection.sendRequest('espalier/recipe', { uri });
    expect(answer).toMatchObject({ ok: false, line });
    expect(await edited(uri, '1.7', '0.7')).toEqual([]);
  });

  it('of a misspelt key stands at the key', async () => {
    const uri = await open(text);
    const [problem] = await edited(uri, 'epochs:', 'epoch:');
    expect(problem).toMatch(/: unknown key "epoch" in training; did you mean epochs\?$/);
    expect(client.diagnostics.get(uri)![0]!.range.start.character).toBe(2);
  });

  it('of something missing stands at its section', async () => {
    const uri = await open('model:\n  file: net/convnet.py\nmethod: nm-magnitude\ndata:\n  kind: digits\n');
    expect(await problems(uri)).toEqual([
      '0: model.name is missing: Class, factory or variable in that file.',
    ]);
  });

  it('with files that are not there is a warning', async () => {
    const uri = await open(text);
    const [problem] = await edited(uri, 'net/convnet.py', 'net/gone.py');
    expect(problem).toMatch(
      /model\.file "net\/gone\.py" does not exist; paths start at the recipe's folder$/,
    );
    expect(client.diagnostics.get(uri)![0]!.severity).toBe(2);
    const answer: RecipeAnswer = await client.connection.sendRequest('espalier/recipe', { uri });
    expect(answer.ok).toBe(false);
    const folderProblem = await edited(uri, 'kind: digits', 'kind: idx\n  folder: nowhere');
    expect(folderProblem.join('\n')).toContain('data.folder "nowhere" does not exist');
  });

  it.each([
    ['broken YAML', 'model: [1, 2\nmethod: x'],
    ['a key twice', 'version: 1\nversion: 1\n'],
    ['a list', '- 1\n- 2\n'],
    ['nothing', ''],
    ['binary junk', '\0\u0001\u0002\ufffd{{{'],
    ['tabs', 'model:\n\tfile: x\n'],
    [
      'an alias bomb',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghij'].map((k, i) => `${k}: &${k} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(',')}]`).join('\n')}\n`,
    ],
    ['deep nesting', '['.repeat(20_000)],
    ['deep nesting of maps', Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['a megabyte', 'a: b\n'.repeat(200_000)],
    ['an unknown tag', 'model: !!python/object:os.system "ls"\n'],
  ])('%s is said in a few lines, and breaks nothing', async (_, content) => {
    const uri = await open(content);
    const found = await problems(uri);
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThan(20);
    for (const problem of found) expect(problem).not.toContain('\n');
    const answer: RecipeAnswer = await client.connection.sendRequest('espalier/recipe', { uri });
    expect(answer.ok).toBe(false);
    await client.hover(uri, 0, 2);
    await client.completions(uri, '');
    await client.close(uri);
    await client.until('its problems to go', () => client.diagnostics.get(uri)?.length === 0);
  });
});

describe('completion', () => {
  it('is triggered by characters in recipes alone', async () => {
    const registration = await client.until('its registration', () =>
      client.registrations.find(({ method }) => method === 'textDocument/completion'),
    );
    expect(registration.registerOptions).toMatchObject({
      triggerCharacters: [' ', '/', '.', '['],
      documentSelector: [{ pattern: '**/*.espalier.{yaml,yml}' }],
    });
    expect(client.initialized!.capabilities.completionProvider).toBeUndefined();
  });

  it('offers the sections and keys that are not written yet', async () => {
    const uri = await open('version: 1\nmodel:\n  file: net/convnet.py\n  \nmet\n');
    expect(await labels(uri, 'convnet.py\n  ')).toEqual(['name', 'weights']);
    const items = await client.completions(uri, '\nmet');
    expect(items.map(({ label }) => label)).toEqual([
      'method',
      'sparsity',
      'budget',
      'keepDense',
      'options',
      'data',
      'training',
      'device',
    ]);
    expect(items[0]!.textEdit).toEqual({
      range: { start: { line: 4, character: 0 }, end: { line: 4, character: 3 } },
      newText: 'method: ',
    });
  });

  it('offers a budget in the place of sparsity, where channels are cut, with its units', async () => {
    const uri = await open('method: network-slimming\nbudget:\n  \n\n');
    const items = await client.completions(uri, 'budget:\n  ');
    expect(items.map(({ label, detail }) => `${label}: ${detail ?? ''}`)).toEqual([
      "macs: 0.01 … 0.99 share of the dense model's MACs, such as 0.5",
      'milliseconds: 0.001 … 1000000 ms of one inference at batch 1, such as 3',
      'engine: default device',
    ]);
    expect(items[1]!.textEdit).toMatchObject({ newText: 'milliseconds: 3' });
    expect(await labels(uri, '\n  \n')).not.toContain('sparsity');
    const other = await open('method: rigl\n\n');
    expect(await labels(other, 'rigl\n')).toContain('sparsity');
    expect(await labels(other, 'rigl\n')).not.toContain('budget');
    const both = await open('method: network-slimming\nsparsity: 0.5\n\n');
    expect(await labels(both, '0.5\n')).not.toContain('budget');
  });

  it('offers patterns of weights, each explained', async () => {
    const uri = await open('method: magnitude\noptions:\n  pattern: \n');
    const items = await client.completions(uri, 'pattern: ');
    expect(items.map(({ label }) => label)).toEqual(weightFamilies().map(({ example }) => example));
    for (const { documentation } of items) expect(documentation).toBeTruthy();
    expect(await client.hover(uri, 2, 4)).toMatch(
      /^Which weights can be zero together\.\n\n- `unstructured`: [^]*- `2:4`: [^]*Default `unstructured`$/,
    );
  });

  it('offers methods, their options, data kinds and devices, each explained', async () => {
    const uri = await open('method: network-slimming\noptions:\n  \ndata:\n  kind: \ndevice: \n');
    expect(await labels(uri, 'method: ')).toEqual([...methods.keys()]);
    expect(await labels(uri, 'options:\n  ')).toEqual(['l1', 'sparsifyShare', 'roundTo']);
    expect(await labels(uri, 'kind: ')).toEqual([...dataKinds.keys()]);
    const devices = await client.completions(uri, 'device: ');
    expect(devices.map(({ label }) => label)).toEqual(['auto', 'cuda', 'webgpu', 'tensorflow', 'wasm']);
    for (const { documentation } of devices) expect(documentation).toBeTruthy();
  });

  it.each([...dataKinds])(
    'offers the fields of %s when that kind of data is chosen',
    async (kind, { fields }) => {
      const uri = await open(`data:\n  kind: ${kind}\n  \n`);
      expect(await labels(uri, `${kind}\n  `)).toEqual(fields.map(({ key }) => key));
    },
  );

  it('offers files and folders from the recipe on', async () => {
    const uri = await open('model:\n  file: \n  weights: net/\ndata:\n  kind: idx\n  folder: \n');
    expect(await labels(uri, 'file: ')).toContain('net/');
    await client.replace(uri, 'file: ', 'file: net/');
    expect(await labels(uri, 'file: net/')).toEqual(['net/convnet.py']);
    expect(await labels(uri, 'weights: net/')).toEqual([]);
    expect(await labels(uri, 'folder: ')).toEqual(['mnist', 'net']);
  });

  it("offers the model file's models: by its text, and exactly once it is open", async () => {
    const uri = await open('model:\n  file: net/convnet.py\n  name: \n');
    expect(await labels(uri, 'name: ')).toEqual(['convnet', 'ConvNet', 'Block']);
    const file = path.join(folder, 'net/convnet.py');
    const opened = await client.open(file, readFileSync(file, 'utf8'));
    expect(opened).toBe(pathToFileURL(file).href);
    await client.status(opened, 'exact');
    const items = await client.completions(uri, 'name: ');
    expect(items.map(({ label }) => label)).toEqual(['convnet']);
    expect(items[0]!.documentation).toContain('77,754 parameters');
  });

  it('keeps quiet in comments and in Python', async () => {
    const uri = await open('# comment \n');
    expect(await labels(uri, '# comment ')).toEqual([]);
    const python = await client.open(path.join(folder, 'x.py'), 'import torch\nmodel\n');
    expect(await labels(python, 'model')).toEqual([]);
  });
});

describe('a hover', () => {
  it('says what a budget is of', async () => {
    const uri = await open('method: network-slimming\nbudget:\n  milliseconds: 3\n');
    expect(await client.hover(uri, 1, 2)).toBe(
      'What may be left of the model, in place of sparsity: macs or milliseconds, one of them.',
    );
    expect(await client.hover(uri, 2, 4)).toMatch(
      /^Time that may be left, as measured: .*\n\n0\.001 … 1000000 ms of one inference at batch 1, such as 3$/,
    );
  });

  it('says what a key means, its bounds and its default', async () => {
    const uri = await open(text);
    const line = text.split('\n').findIndex((content) => content.startsWith('  roundTo:'));
    expect(await client.hover(uri, line, 4)).toBe(
      'Kept widths are rounded up to a multiple of this: dense kernels like round widths.\n\nwhole number 1 … 64 channels, default 4',
    );
    const method = text.split('\n').indexOf('method: network-slimming');
    expect(await client.hover(uri, method, 12)).toContain('- `nm-magnitude`: 2:4 magnitude.');
    const options = text.split('\n').indexOf('options:');
    expect(await client.hover(uri, options, 1)).toContain('arXiv 1708.06519');
    expect(await client.hover(uri, 0, 0)).toBe('');
  });
});
