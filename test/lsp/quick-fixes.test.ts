// Quick fixes as an editor applies them: what is offered where, what the text is afterwards, and that it mends.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CodeAction, Range } from 'vscode-languageserver/node';
import { Client } from './client';

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-fixes-'));
const head = 'import torch\nfrom torch import nn\n\n\n';

let client: Client;
let count = 0;
beforeAll(async () => {
  client = await Client.start({ folder });
});
afterAll(async () => {
  expect(await client.stop()).toBe(0);
});

const open = async (body: string) => {
  const uri = await client.open(path.join(folder, `net${count++}.py`), head + body);
  await client.status(uri, 'exact', 'syntactic', 'failed');
  return uri;
};

/** What is offered on the line of a piece of text. */
async function offered(uri: string, piece: string): Promise<CodeAction[]> {
  const text = client.text(uri);
  const at = text.indexOf(piece);
  if (at < 0) throw new Error(`there is no ${piece}`);
  const position = { line: text.slice(0, at).split('\n').length - 1, character: 0 };
  const range: Range = { start: position, end: position };
  const params = { textDocument: { uri }, range, context: { diagnostics: [] } };
  return client.connection.sendRequest('textDocument/codeAction', params);
}
const titles = async (uri: string, piece: string) => (await offered(uri, piece)).map(({ title }) => title);

/** Applies an action, waits for the next reading, and answers with the codes of what is left. */
async function apply(uri: string, { edit }: CodeAction): Promise<string[]> {
  client.diagnostics.delete(uri);
  const edits = edit!.changes![uri]!.toSorted(
    (a, b) => b.range.start.line - a.range.start.line || b.range.start.character - a.range.start.character,
  );
  for (const { range, newText } of edits) await client.change(uri, [{ range, text: newText }]);
  const left = await client.until('the next reading', () => client.diagnostics.get(uri));
  return left.map(({ code }) => String(code));
}

const sequential = (...lines: string[]) =>
  `net = nn.Sequential(\n${lines.map((line) => `    ${line},\n`).join('')})\n`;

describe('a width that 2:4 cannot group', () => {
  it('is rounded up wherever the channels are made, carried and read', async () => {
    const uri = await open(
      `# espalier: model net input=(1, 3, 16, 16)\n${sequential(
        'nn.Conv2d(3, 30, 3)',
        'nn.BatchNorm2d(30)',
        'nn.ReLU()',
        'nn.Conv2d(30, 8, kernel_size=3)',
      )}`,
    );
    const [action, ...others] = await offered(uri, 'kernel_size=3');
    expect(others).toEqual([]);
    expect(action!.title).toBe('Widen 30 channels to 32 for 2:4, in 3 places');
    expect(action!.isPreferred).toBe(true);
    expect(await apply(uri, action!)).toEqual(['nm-divisible']);
    expect(client.text(uri)).toContain('nn.Conv2d(3, 32, 3)');
    expect(client.text(uri)).toContain('nn.BatchNorm2d(32)');
    expect(client.text(uri)).toContain('nn.Conv2d(32, 8, kernel_size=3)');
    // What is left is the layer that reads the image, of which nothing can be widened.
    expect(await titles(uri, 'nn.Conv2d(3, 32')).toEqual([]);
  });

  it("behind a flatten grows by a channel's whole image", async () => {
    const uri = await open(
      `# espalier: model net input=(1, 4, 6, 6)\n${sequential('nn.Conv2d(4, 6, 4)', 'nn.BatchNorm2d(6)', 'nn.Flatten()', 'nn.Linear(54, 10)')}`,
    );
    const [action] = await offered(uri, 'nn.Linear(54');
    expect(action!.title).toBe('Widen 6 channels to 8 for 2:4, in 3 places');
    expect(await apply(uri, action!)).toEqual([]);
    expect(client.text(uri)).toContain('nn.Linear(72, 10)');
  });

  it.each([
    [
      'a name, not a number',
      'w = 30\n# espalier: model net input=(1, 4, 9, 9)\n' +
        sequential('nn.Conv2d(4, w, 3)', 'nn.BatchNorm2d(w)', 'nn.Conv2d(w, 8, 3)'),
      'nn.Conv2d(w, 8',
    ],
    [
      "the model's own input",
      `# espalier: model net input=(1, 30)\n${sequential('nn.Linear(30, 8)', 'nn.Linear(8, 4)')}`,
      'nn.Linear(30',
    ],
  ])('is left alone where it is %s', async (_, body, piece) => {
    const uri = await open(body);
    expect((await titles(uri, piece)).filter((title) => title.startsWith('Widen'))).toEqual([]);
  });

  it('is left alone where forward spells sizes out', async () => {
    const uri = await open(`class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(4, 6, 4)
        self.bn = nn.BatchNorm2d(6)
        self.fc = nn.Linear(54, 10)

    def forward(self, x):
        return self.fc(self.bn(self.conv(x)).view(-1, 54))


# espalier: model Net() input=(1, 4, 6, 6)
`);
    expect(client.diagnostics.get(uri)!.map(({ code }) => code)).toEqual(['nm-divisible']);
    expect(await titles(uri, 'nn.Linear(54')).toEqual([]);
  });

  it('of a block that is built twice is rounded once, for both', async () => {
    const uri = await open(`class Block(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.a = nn.Conv2d(n, 30, 1)
        self.bn = nn.BatchNorm2d(30)
        self.b = nn.Conv2d(30, n, 1)
        self.bn2 = nn.BatchNorm2d(n)

    def forward(self, x):
        return self.bn2(self.b(self.bn(self.a(x))))


# espalier: model net input=(1, 4, 8, 8)
net = nn.Sequential(Block(4), Block(4))
`);
    const [action] = await offered(uri, 'nn.Conv2d(30, n');
    expect(action!.title).toBe('Widen 30 channels to 32 for 2:4, in 3 places');
    expect(await apply(uri, action!)).toEqual([]);
  });
});

describe('a convolution without a BatchNorm', () => {
  it('of a Sequential gets one as the next argument', async () => {
    const uri = await open(
      `# espalier: model net input=(1, 4, 9, 9)\n${sequential('nn.Conv2d(4, 8, 3)', 'nn.ReLU()', 'nn.Conv2d(8, 8, 3)', 'nn.BatchNorm2d(8)')}`,
    );
    const [action] = await offered(uri, 'nn.Conv2d(4, 8');
    expect(action!.title).toBe('Insert nn.BatchNorm2d(8) (what follows is numbered anew)');
    expect(await apply(uri, action!)).toEqual([]);
    expect(client.text(uri)).toContain('    nn.Conv2d(4, 8, 3),\n    nn.BatchNorm2d(8),\n    nn.ReLU(),\n');
  });

  it('of a class gets an attribute and a call around its call', async () => {
    const uri = await open(`class Net(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.conv1 = nn.Conv2d(4, 2 * width, 3)
        self.conv2 = nn.Conv2d(2 * width, 8, 3)
        self.bn2 = nn.BatchNorm2d(8)

    def forward(self, x):
        x = torch.relu(self.conv1(x))
        return self.bn2(self.conv2(x))


# espalier: model Net() input=(1, 4, 9, 9)
`);
    const [action] = await offered(uri, 'self.conv1 =');
    expect(action!.title).toBe('Insert self.bn1 = nn.BatchNorm2d(2 * width) and call it after conv1');
    expect(await apply(uri, action!)).toEqual([]);
    expect(client.text(uri)).toContain('3)\n        self.bn1 = nn.BatchNorm2d(2 * width)\n');
    expect(client.text(uri)).toContain('torch.relu(self.bn1(self.conv1(x)))');
  });

  it('that is used twice, or whose width is a call, is only hinted at', async () => {
    const uri = await open(`def width():
    return 8


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.twice = nn.Conv2d(8, 8, 1)
        self.called = nn.Conv2d(8, width(), 1)

    def forward(self, x):
        x = torch.relu(self.called(torch.relu(self.twice(torch.relu(self.twice(x))))))
        return x.sum(1)


# espalier: model Net() input=(1, 8, 9, 9)
`);
    expect(await titles(uri, 'self.twice = ')).toEqual([]);
    expect(await titles(uri, 'self.called = ')).toEqual([]);
  });
});

describe('an input that nobody knows', () => {
  it('is said by a comment above the model', async () => {
    const uri = await open(`class Net(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(classes, 5))

    def forward(self, x):
        return x @ self.weight.T


net = Net(10)
`);
    const codes = client.diagnostics.get(uri)!.map(({ code }) => code);
    expect(codes).toContain('input-unknown');
    const [action] = await offered(uri, 'class Net');
    expect(action!.title).toBe('Add # espalier: model Net(10) input=(1, 5)');
    await apply(uri, action!);
    expect(client.text(uri)).toContain('\n# espalier: model Net(10) input=(1, 5)\nclass Net(');
  });
});

describe('layers in a plain list', () => {
  const net = (kept: string) => `class Net(nn.Module):
    def __init__(self):
        super().__init__()
        ${kept.split('\n').join('\n        ')}
        self.head = nn.Linear(8, 4)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.head(x)


# espalier: model Net() input=(1, 8)
`;

  it.each([
    [
      'a list',
      'self.layers = [nn.Linear(8, 8), nn.ReLU()]',
      'self.layers = nn.ModuleList([nn.Linear(8, 8), nn.ReLU()])',
    ],
    [
      'a comprehension',
      'self.layers = [nn.Linear(8, 8) for _ in range(2)]',
      'nn.ModuleList([nn.Linear(8, 8) for _ in range(2)])',
    ],
    [
      'an attribute that grows',
      'self.layers = []\nfor _ in range(2):\n    self.layers.append(nn.Linear(8, 8))',
      'self.layers = nn.ModuleList()\n',
    ],
    [
      'a list that is passed on',
      'layers = []\nlayers.append(nn.Linear(8, 8))\nself.layers = layers',
      'self.layers = nn.ModuleList(layers)',
    ],
  ])('%s is registered', async (_, kept, becomes) => {
    const uri = await open(net(kept));
    expect(client.diagnostics.get(uri)!.map(({ code }) => code)).toEqual(['unregistered-layer']);
    const [action] = await offered(uri, 'nn.Linear(8, 8)');
    expect(action!.title).toBe('Register these layers: nn.ModuleList(…)');
    expect(await apply(uri, action!)).toEqual([]);
    expect(client.text(uri)).toContain(becomes);
  });
});

it('nothing is offered while the text is broken or newer than what was read', async () => {
  const body = `# espalier: model net input=(1, 4, 9, 9)\n${sequential('nn.Conv2d(4, 30, 3)', 'nn.BatchNorm2d(30)', 'nn.Conv2d(30, 8, 3)')}`;
  const uri = await open(body);
  expect(await titles(uri, 'nn.Conv2d(30')).not.toEqual([]);
  await client.replace(uri, 'net = nn.Sequential(', 'net = nn.Sequential((');
  expect(await titles(uri, 'nn.Conv2d(30')).toEqual([]);
  await client.replace(uri, 'nn.Sequential((', 'nn.Sequential(');
  expect(await titles(uri, 'nn.Conv2d(30')).toEqual([]);
  await client.until('the fix again', async () => (await titles(uri, 'nn.Conv2d(30')).length > 0);
});
