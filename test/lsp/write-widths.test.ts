// "Write Widths into Source" over the pipe: the edits of an open file as it is typed, and one line where there are none.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findGroups } from '../../core/graph/coupling/groups';
import type { ModelGraph } from '../../core/graph/model-graph';
import { shrink } from '../../core/graph/surgery';
import type { ModelAnalysis, WidthsAnswer } from '../../core/protocol/language-server';
import { Client } from './client';

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-write-'));
let client: Client;
beforeAll(async () => {
  client = await Client.start({ folder });
});
afterAll(async () => {
  expect(await client.stop()).toBe(0);
  rmSync(folder, { recursive: true });
});

const text = `from torch import nn
from sizes import LAST


class Net(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.a = nn.Conv2d(3, width, 3)
        self.b = nn.Conv2d(width, LAST, 3)
        self.head = nn.Conv2d(LAST, 10, 1)

    def forward(self, x):
        return self.head(self.b(self.a(x)))


# espalier: model Net() input=(1, 3, 16, 16)
`;
const sizes = path.join(folder, 'sizes.py');
const file = path.join(folder, 'net.py');

/** The model without every other channel of each group. */
function halved(dense: ModelGraph): ModelGraph {
  const groups = findGroups(dense).filter(({ prunable }) => prunable.ok);
  const kept = groups.map(({ id, channels }): [string, Uint32Array] => [
    id,
    Uint32Array.from({ length: channels / 2 }, (_, i) => 2 * i),
  ]);
  return shrink(dense, new Map(kept)).graph;
}

async function graphs(uri: string): Promise<{ dense: ModelGraph; sparse: ModelGraph }> {
  const models: ModelAnalysis[] = await client.connection.sendRequest('espalier/models', { uri });
  const dense = models[0]!.report.graph;
  return { dense, sparse: halved(dense) };
}

const ask = (uri: string, model: string, of: { dense: ModelGraph; sparse: ModelGraph }) =>
  client.connection.sendRequest<WidthsAnswer>('espalier/writeWidths', { uri, model, ...of });

const brief = ({ edits }: WidthsAnswer) =>
  edits.map(({ uri, range, from, to }) => `${path.basename(uri)}:${range.start.line}: ${from} → ${to}`);

describe('writing widths', () => {
  let uri = '';
  let of: { dense: ModelGraph; sparse: ModelGraph };
  beforeAll(async () => {
    writeFileSync(sizes, 'LAST = 64\n');
    uri = await client.open(file, text);
    of = await graphs(uri);
  });

  it('answers with the places of all numbers, in whichever file they stand', async () => {
    const answer = await ask(uri, 'Net', of);
    expect(answer.hindrances).toEqual([]);
    expect(brief(answer)).toEqual(['net.py:5: 32 → 16', 'sizes.py:0: 64 → 32']);
    const [edit] = answer.edits;
    const { start, end } = edit!.range;
    expect(client.text(uri).split('\n')[start.line]!.slice(start.character, end.character)).toBe('32');
  });

  it('reads what the editor holds, not what lies on the disk, and leaves its state alone', async () => {
    const other = await client.open(sizes, '# typed\n\nLAST = 64\n');
    expect(brief(await ask(uri, 'Net', of))).toEqual(['net.py:5: 32 → 16', 'sizes.py:2: 64 → 32']);
    await client.close(other);
    await client.replace(uri, 'class Net', '\n\nclass Net');
    expect(brief(await ask(uri, 'Net', of))).toEqual(['net.py:7: 32 → 16', 'sizes.py:0: 64 → 32']);
    expect((await client.status(uri, 'exact', 'stale', 'failed')).state).toBe('exact');
  });

  it('says in one line that the model has changed, and where what is in the way stands', async () => {
    await client.replace(uri, 'width, 3)', 'width, 5)');
    await expect(ask(uri, 'Net', of)).rejects.toThrow(
      /^Net in net\.py is not the model of the run any more: a\.weight is 32×3×5×5, not 32×3×3×3$/,
    );
    await client.replace(uri, 'width, 5)', 'int(32.0), 3)');
    const answer = await ask(uri, 'Net', of);
    expect(answer.edits).toEqual([]);
    expect(answer.hindrances).toEqual([
      {
        text: 'the width of a (32 → 16) is computed, or written in a file that is not yours',
        place: { uri, line: 9, character: 17 },
      },
    ]);
  });

  it('is for files that hold a model, and are there', async () => {
    const gone = pathToFileURL(path.join(folder, 'gone.py')).href;
    await expect(ask(gone, 'Net', of)).rejects.toThrow(/gone\.py/);
    const plain = await client.open(path.join(folder, 'plain.py'), 'x = 1\n');
    await expect(ask(plain, 'Net', of)).rejects.toThrow(/^plain\.py holds no model that Espalier reads$/);
  });
});

describe('in a notebook', () => {
  it('the numbers are those of its cells', async () => {
    const uri = pathToFileURL(path.join(folder, 'book.ipynb')).href;
    const cells = [
      '%matplotlib inline\nfrom torch import nn\nWIDTH = 32',
      'net = nn.Sequential(\n    nn.Conv2d(3, WIDTH, 3),\n    nn.Conv2d(WIDTH, 64, 3),\n    nn.Conv2d(64, 10, 1),\n)',
    ];
    const cellUri = (i: number) => `${uri.replace('file:', 'vscode-notebook-cell:')}#C${i}`;
    await client.connection.sendNotification('notebookDocument/didOpen', {
      notebookDocument: {
        uri,
        notebookType: 'jupyter-notebook',
        version: 1,
        cells: cells.map((_, i) => ({ kind: 2, document: cellUri(i) })),
      },
      cellTextDocuments: cells.map((cell, i) => ({
        uri: cellUri(i),
        languageId: 'python',
        version: 1,
        text: cell,
      })),
    });
    const answer = await ask(uri, 'net', await graphs(uri));
    expect(answer.hindrances).toEqual([]);
    expect(answer.edits.map(({ uri: cell, range, to }) => [cell, range.start.line, to])).toEqual([
      [cellUri(0), 2, 16],
      [cellUri(1), 2, 32],
      [cellUri(1), 3, 32],
    ]);
  });
});
