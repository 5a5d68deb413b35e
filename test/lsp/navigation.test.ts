// From the line that builds a layer to the lines that use it, and back; from a recipe to the code.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Location } from 'vscode-languageserver/node';
import { defaultRecipe } from '../../core/recipe/defaults';
import { formatRecipe } from '../../core/recipe/format';
import { Client } from './client';

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-navigation-'));
const file = path.join(folder, 'net.py');
const text = `from torch import nn


class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(8, 4)


class Net(Base):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Linear(8, 12),
            nn.Linear(12, 8),
        )
        blocks = []
        for _ in range(2):
            blocks.append(nn.Linear(8, 8))
        self.blocks = nn.ModuleList(blocks)

    def forward(self, x):
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        return self.head(x)


# espalier: model Net() input=(1, 8)
`;
const recipe = formatRecipe({
  ...defaultRecipe('nm-magnitude', { file: 'net.py', name: 'Net' }),
  keepDense: ['stem.1', 'blocks'],
});

let client: Client;
let uri: string;
beforeAll(async () => {
  client = await Client.start({ folder });
  writeFileSync(file, text);
  uri = await client.open(file, text);
  await client.status(uri, 'exact');
});
afterAll(async () => {
  expect(await client.stop()).toBe(0);
});

function positionIn(of: string, piece: string, within: string) {
  const content = client.text(of);
  const at = content.indexOf(piece) + piece.indexOf(within) + 1;
  const before = content.slice(0, at).split('\n');
  return { line: before.length - 1, character: before.at(-1)!.length };
}
/** What stands at a place: its line's text from where it begins. */
const shown = (places: Location[] | null) =>
  (places ?? []).map(({ uri: place, range }) =>
    [path.basename(place), client.text(uri).split('\n')[range.start.line]!.slice(range.start.character)].join(
      ': ',
    ),
  );
const definition = async (piece: string, within = piece, of = uri) =>
  shown(
    await client.connection.sendRequest('textDocument/definition', {
      textDocument: { uri: of },
      position: positionIn(of, piece, within),
    }),
  );
const references = async (piece: string, within = piece, includeDeclaration = false) =>
  shown(
    await client.connection.sendRequest('textDocument/references', {
      textDocument: { uri },
      position: positionIn(uri, piece, within),
      context: { includeDeclaration },
    }),
  );

describe('the definition', () => {
  it('of a layer that forward uses is its assignment, in a base class too', async () => {
    expect(await definition('self.stem(x)', 'stem')).toEqual(['net.py: stem = nn.Sequential(']);
    expect(await definition('self.head(x)', 'head')).toEqual(['net.py: head = nn.Linear(8, 4)']);
  });

  it('of what a loop calls is the line that built it', async () => {
    expect(await definition('x = block(x)', 'block')).toEqual(['net.py: nn.Linear(8, 8))']);
  });

  it('of anything else is left to others', async () => {
    expect(await definition('super().__init__()', 'super')).toEqual([]);
    expect(await definition('self.stem = nn', 'stem')).toEqual([]);
  });
});

describe('the references', () => {
  it('of an attribute are its uses, and its assignment when asked for', async () => {
    expect(await references('self.stem = nn', 'stem')).toEqual(['net.py: stem(x)']);
    expect(await references('self.stem = nn', 'stem', true)).toEqual([
      'net.py: stem = nn.Sequential(',
      'net.py: stem(x)',
    ]);
  });

  it('of a container are also the calls of what it holds', async () => {
    expect(await references('self.blocks = nn', 'blocks')).toEqual(['net.py: blocks:', 'net.py: block(x)']);
  });

  it('of what is built in a loop or a Sequential are the lines that call it', async () => {
    expect(await references('nn.Linear(8, 8)', 'Linear')).toEqual(['net.py: block(x)']);
    expect(await references('nn.Linear(12, 8)', 'Linear')).toEqual(['net.py: self.stem(x)']);
  });
});

describe('from a recipe', () => {
  it('a layer, a module, the model and its file lead to their lines, wherever they are now', async () => {
    const other = await client.open(path.join(folder, 'net.espalier.yaml'), recipe, 'yaml');
    const leads = (piece: string, within = piece) => definition(piece, within, other);
    expect(await leads('"stem.1"')).toEqual(['net.py: nn.Linear(12, 8),']);
    expect(await leads('"blocks"')).toEqual(['net.py: nn.ModuleList(blocks)']);
    expect(await leads('name: Net', 'Net')).toEqual(['net.py: class Net(Base):']);
    expect(await leads('file: net.py', 'net.py')).toEqual(['net.py: from torch import nn']);
    await client.replace(uri, 'from torch import nn\n', 'from torch import nn\n\n\n');
    expect(await leads('"stem.1"')).toEqual(['net.py: nn.Linear(12, 8),']);
    await client.close(uri);
    await client.open(file, text);
    await client.close(other);
  });
});
