// Notebooks over the pipe: cells are read as one file, and everything lands in the cell where it belongs.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CodeAction, DocumentSymbol, FoldingRange, Location } from 'vscode-languageserver/node';
import type { ModelAnalysis, ModelSummary } from '../../core/protocol/language-server';
import { Client } from './client';

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-notebook-'));
const file = path.join(folder, 'net.ipynb');
const uri = pathToFileURL(file).href;
const cellUri = (n: number) => `vscode-notebook-cell:${file}#W${n}sZmlsZQ%3D%3D`;

const cells = [
  '%matplotlib inline\n!pip install \\\n  torch\nimport torch\nfrom torch import nn',
  '%%bash\necho "not python"',
  'class Block(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(6, 30)\n\n    def forward(self, x):\n        return self.fc(x)',
  'files = !ls\n# espalier: model net input=(1, 8)\nnet = nn.Sequential(\n    nn.Linear(8, 6),\n    Block(),\n    nn.Linear(30, 4),\n)',
  '%%time\nnet?',
];

let client: Client;
const versions = new Map<number, number>();
const item = (n: number) => ({ uri: cellUri(n), languageId: 'python', version: 1, text: cells[n]! });
const cell = (n: number) => ({ kind: 2, document: cellUri(n) });
const order = [0, 1, 2, 3, 4];

const openNotebook = () =>
  client.connection.sendNotification('notebookDocument/didOpen', {
    notebookDocument: { uri, notebookType: 'jupyter-notebook', version: 1, cells: order.map(cell) },
    cellTextDocuments: order.map(item),
  });
const change = (cellChange: object) =>
  client.connection.sendNotification('notebookDocument/didChange', {
    notebookDocument: { uri, version: 2 },
    change: { cells: cellChange },
  });
function edit(n: number, text: string) {
  const version = (versions.get(n) ?? 1) + 1;
  versions.set(n, version);
  return change({ textContent: [{ document: { uri: cellUri(n), version }, changes: [{ text }] }] });
}
const ask = <T>(method: string, n: number, more: object = {}): Promise<T> =>
  client.connection.sendRequest(method, { textDocument: { uri: cellUri(n) }, ...more });
const lenses = async (n: number) =>
  (await client.lensTexts(cellUri(n))).filter((text) => text.includes('parameters'));
const codes = (n: number) =>
  (client.diagnostics.get(cellUri(n)) ?? []).map(({ code, range }) => `${range.start.line}: ${code}`);

beforeAll(async () => {
  client = await Client.start({ folder });
  await openNotebook();
  await client.status(uri, 'exact');
});
afterAll(async () => {
  expect(await client.stop()).toBe(0);
});

describe('a notebook', () => {
  it('is read as one file, magics and shell commands aside, and its lens stands in the cell of the model', async () => {
    expect(client.initialized!.capabilities.notebookDocumentSync).toBeDefined();
    expect(await lenses(3)).toEqual(['2: 388 parameters · 736 FLOPs · 2 of 3 layers prunable · for 1×8']);
    for (const n of [0, 1, 2, 4]) expect(await lenses(n)).toEqual([]);
  });

  it('has hints, hovers, symbols and folds in the cells where they belong', async () => {
    expect(
      (await client.hints(cellUri(2))).map(({ position, label }) => `${position.line}: ${label as string}`),
    ).toEqual(['3: 210 params (54.1 %) · 2:4 ✗ · channel ✓']);
    expect((await client.hints(cellUri(3))).map(({ position }) => position.line)).toEqual([3, 5]);
    expect(await client.hover(cellUri(2), 3, 12)).toContain('1.fc (linear)');
    expect(await client.hover(cellUri(3), 3, 6)).toContain('0 (linear)');
    const inBlock = await ask<DocumentSymbol[]>('textDocument/documentSymbol', 2);
    expect(inBlock.map(({ name, selectionRange }) => [name, selectionRange.start.line])).toEqual([
      ['1.fc', 3],
    ]);
    const inModel = await ask<DocumentSymbol[]>('textDocument/documentSymbol', 3);
    expect(inModel.map(({ name }) => name)).toEqual(['net']);
    const folds = await ask<FoldingRange[]>('textDocument/foldingRange', 2);
    expect(folds[0]).toMatchObject({ startLine: 0, endLine: 6 });
  });

  it('leads from one cell to another', async () => {
    const position = { line: 6, character: 20 };
    expect(await ask<Location[]>('textDocument/definition', 2, { position })).toMatchObject([
      { uri: cellUri(2), range: { start: { line: 3 } } },
    ]);
    const built = { line: 4, character: 6 };
    const found = await ask<Location[]>('textDocument/references', 3, {
      position: built,
      context: { includeDeclaration: false },
    });
    expect(found).toEqual([]);
    const summaries: ModelSummary[] = await client.connection.sendRequest('espalier/outline', { uri });
    expect(summaries).toMatchObject([{ name: 'net', place: { uri: cellUri(3), line: 2 } }]);
  });

  it('has its problems in their cells, and one fix edits several of them', async () => {
    expect(codes(2)).toEqual(['3: nm-divisible']);
    expect(codes(3)).toEqual(['5: nm-divisible']);
    const at = { line: 5, character: 0 };
    const params = { range: { start: at, end: at }, context: { diagnostics: [] } };
    const [action] = await ask<CodeAction[]>('textDocument/codeAction', 3, params);
    expect(action!.title).toBe('Widen 30 channels to 32 for 2:4, in 2 places');
    expect(action!.edit!.changes).toEqual({
      [cellUri(2)]: [
        { range: { start: { line: 3, character: 31 }, end: { line: 3, character: 33 } }, newText: '32' },
      ],
      [cellUri(3)]: [
        { range: { start: { line: 5, character: 14 }, end: { line: 5, character: 16 } }, newText: '32' },
      ],
    });
  });

  it('follows what is typed in a cell, and cells that are moved, added and taken away', async () => {
    await edit(0, `# a line more\n${cells[0]!}`);
    expect(await lenses(3)).toHaveLength(1);
    expect((await lenses(3))[0]).toMatch(/^2: 388 parameters/);
    await edit(2, cells[2]!.replace('30', '40'));
    await edit(3, cells[3]!.replace('30', '40'));
    await client.until('other numbers', async () => (await lenses(3))[0]?.includes('498 parameters'));

    const added = { uri: cellUri(5), languageId: 'python', version: 1, text: 'x = 1\ny = 2' };
    await change({
      structure: {
        array: { start: 1, deleteCount: 1, cells: [cell(5)] },
        didOpen: [added],
        didClose: [{ uri: cellUri(1) }],
      },
    });
    expect((await lenses(3))[0]).toMatch(/^2: 498 parameters/);
    await client.status(uri, 'exact');
    expect((await lenses(3))[0]).toMatch(/^2: 498 parameters/);
  });

  it('is stale while a cell does not parse', async () => {
    await edit(4, 'def broken(:');
    await client.status(uri, 'stale');
    expect((await lenses(3))[0]).toContain('(stale)');
    await edit(4, 'x = 1');
    await client.status(uri, 'exact');
  });

  it('is forgotten when it is closed, and still answers commands from the disk', async () => {
    const notebookDocument = { uri };
    await client.connection.sendNotification('notebookDocument/didClose', {
      notebookDocument,
      cellTextDocuments: [],
    });
    await client.status(uri, 'idle');
    expect(await lenses(3)).toEqual([]);
    const onDisk = cells.map((source, i) => ({
      cell_type: i === 1 ? 'markdown' : 'code',
      source: source.split(/(?<=\n)/),
    }));
    writeFileSync(file, JSON.stringify({ cells: onDisk, nbformat: 4 }));
    const models: ModelAnalysis[] = await client.connection.sendRequest('espalier/models', { uri });
    expect(models).toMatchObject([{ name: 'net', report: { totals: { params: 388 } } }]);
  });
});
