// The model as a tree: document symbols, folding, and what the model view asks for.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DocumentSymbol, FoldingRange } from 'vscode-languageserver/node';
import type { ModelOutline, ModelSummary, OutlineItem } from '../../core/protocol/language-server';
import { Client, exampleFile, root } from './client';

const file = exampleFile('pytorch/convnet.py');
const text = readFileSync(file, 'utf8');
const lines = text.split('\n');
const lineOf = (piece: string) => lines.findIndex((line) => line.includes(piece));

let client: Client;
let uri: string;
beforeAll(async () => {
  client = await Client.start({ folder: root });
  uri = await client.open(file, text);
  await client.status(uri, 'exact');
});
afterAll(async () => {
  expect(await client.stop()).toBe(0);
});

const symbols = (of = uri): Promise<DocumentSymbol[]> =>
  client.connection.sendRequest('textDocument/documentSymbol', { textDocument: { uri: of } });
const folds = (of = uri): Promise<FoldingRange[] | null> =>
  client.connection.sendRequest('textDocument/foldingRange', { textDocument: { uri: of } });
const summaries = (of = uri): Promise<ModelSummary[]> =>
  client.connection.sendRequest('espalier/outline', { uri: of });
const modelOutline = (model: string, of = uri): Promise<ModelOutline | null> =>
  client.connection.sendRequest('espalier/modelOutline', { uri: of, model });

const flat = (items: readonly OutlineItem[]): OutlineItem[] =>
  items.flatMap((item) => [item, ...flat(item.children)]);

describe('document symbols', () => {
  it('are the model, its modules by path and its layers, each at the line that builds it', async () => {
    const [model, ...others] = await symbols();
    expect(others).toEqual([]);
    expect(model).toMatchObject({ name: 'convnet', detail: '77,754 params · 5.16 MFLOPs' });
    expect(model!.range.start.line).toBe(lineOf('def convnet('));
    expect(model!.range.end.line).toBe(lineOf('return ConvNet('));
    expect(model!.children!.map(({ name }) => name)).toEqual(['stem', 'layers', 'head']);
    const block = model!.children![1]!.children![1]!;
    expect(block).toMatchObject({
      name: 'layers.1',
      detail: expect.stringMatching(/^Block · 14,528 params/) as string,
    });
    expect(block.selectionRange.start.line).toBe(lineOf('layers.append(Block('));
    const [conv] = block.children!;
    expect(conv).toMatchObject({
      name: 'layers.1.conv1',
      detail: expect.stringMatching(/^Conv2d · 4,608 params · .* · N×32×7×7$/) as string,
    });
    expect(conv!.selectionRange.start.line).toBe(lineOf('self.conv1 ='));
  });

  it('are asked for again when a trace gave the outline another shape, and by one provider', async () => {
    const provider = () =>
      client.registrations.filter(({ method }) => method === 'textDocument/documentSymbol');
    const [before] = provider();
    await client.replace(uri, 'num_classes=10', 'num_classes=12');
    await client.until('another provider', () => provider()[0]?.id !== before!.id && provider().length === 1);
    await client.replace(uri, 'num_classes=12', 'num_classes=10');
    await client.until('the old outline', async () => (await symbols())[0]?.detail?.startsWith('77,754'));
  });

  it('are none where no model was read', async () => {
    const other = await client.open(path.join(root, 'examples/none.py'), 'import torch\nx = 1\n');
    await client.status(other, 'idle');
    expect(await symbols(other)).toEqual([]);
    await client.close(other);
  });
});

describe('folding', () => {
  it('knows blocks, brackets and imports, and leaves the closing bracket in sight', async () => {
    const found = (await folds())!.map(({ startLine, endLine, kind }) => [startLine, endLine, kind]);
    const last = (piece: string, by = 0) => lineOf(piece) + by;
    expect(found).toContainEqual([last('class Block'), last('return self.relu(out + identity)'), undefined]);
    expect(found).toContainEqual([
      last('self.shortcut = nn.Seq'),
      last('self.shortcut = nn.Seq', 2),
      undefined,
    ]);
    expect(found).toContainEqual([last('import torch'), last('from torch'), 'imports']);
    expect(found).toContainEqual([
      last('for stage'),
      lines.findIndex((line) => line.trim() === 'inputs = width'),
      undefined,
    ]);
  });

  it('is left to the editor while the text is broken, and in files without a model', async () => {
    await client.replace(uri, 'def convnet(', 'def convnet((');
    expect(await folds()).toBeNull();
    await client.replace(uri, 'def convnet((', 'def convnet(');
    expect(await folds()).not.toBeNull();
    expect(await folds('file:///nowhere.py')).toBeNull();
    await client.status(uri, 'exact');
  });
});

describe('the model view', () => {
  it('gets each model in a line, with its input and its place', async () => {
    expect(await summaries()).toEqual([
      {
        name: 'convnet',
        line: '77,754 parameters · 5.16 MFLOPs · 10 of 10 layers prunable',
        input: '1×1×28×28',
        stale: false,
        notes: [],
        place: { uri, line: lineOf('def convnet('), character: 0 },
      },
    ]);
  });

  it('gets sums that add up at every level', async () => {
    const { children } = (await modelOutline('convnet'))!;
    const sum = (items: readonly OutlineItem[]) => items.reduce((n, item) => n + item.params, 0);
    expect(sum(children)).toBe(77_754);
    for (const item of flat(children))
      if (!item.layer) expect(sum(item.children), item.path).toBe(item.params);
    const shares = children.reduce((n, { flopShare }) => n + flopShare, 0);
    expect(shares).toBeGreaterThan(0.99);
    expect(shares).toBeLessThanOrEqual(1);
  });

  it('gets every group with its members, and why it cannot be pruned', async () => {
    const { groups } = (await modelOutline('convnet'))!;
    const head = groups.find(({ members }) =>
      members.some(({ param, role }) => param === 'head.weight' && role === 'out'),
    );
    expect(head).toMatchObject({ channels: 10, prunable: { ok: false } });
    const stem = groups.find(({ members }) =>
      members.some(({ param, role }) => param === 'stem.0.weight' && role === 'out'),
    );
    expect(stem).toMatchObject({ channels: 16, prunable: { ok: true } });
    expect(stem!.members).toContainEqual({
      param: 'stem.1.weight',
      axis: 0,
      role: 'channel',
      place: { uri, line: lineOf('nn.BatchNorm2d(widths[0])'), character: 12 },
    });
  });

  it('follows edits, says what is stale, and has nothing for models that are gone', async () => {
    await client.replace(uri, 'import torch\n', 'import torch\n\n');
    expect((await summaries())[0]!.place!.line).toBe(lineOf('def convnet(') + 1);
    await client.replace(uri, 'def convnet(', 'def convnet((');
    expect((await summaries())[0]).toMatchObject({ stale: true });
    expect(await modelOutline('resnet')).toBeNull();
    expect(await summaries('file:///nowhere.py')).toEqual([]);
  });

  it('shows the lines of other files for the layers that they build', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'espalier-outline-'));
    const other = await Client.start({ folder });
    writeFileSync(
      path.join(folder, 'blocks.py'),
      'from torch import nn\n\ndef head(n):\n    return nn.Linear(n, 10)\n',
    );
    const net =
      'from torch import nn\nfrom blocks import head\n\n# espalier: model net input=(1, 16)\nnet = nn.Sequential(nn.Linear(16, 8), head(8))\n';
    const here = await other.open(path.join(folder, 'net.py'), net);
    await other.status(here, 'exact');
    const answer: ModelOutline = await other.connection.sendRequest('espalier/modelOutline', {
      uri: here,
      model: 'net',
    });
    expect(answer.children.map(({ place }) => place)).toEqual([
      { uri: here, line: 4, character: net.split('\n')[4]!.indexOf('nn.Linear') },
      { uri: pathToFileURL(path.join(folder, 'blocks.py')).href, line: 3, character: 11 },
    ]);
    expect(await other.stop()).toBe(0);
  });
});
