// Shapes after the lines that compute tensors: off until asked for, right in loops, kept in place while one types.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Client, exampleFile, root } from './client';

const file = exampleFile('pytorch/convnet.py');
const text = readFileSync(file, 'utf8');

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

const show = (shapes: boolean) =>
  client.connection.sendNotification('workspace/didChangeConfiguration', {
    settings: { espalier: { inlayHints: { shapes } } },
  });

/** `code → shape` of every line that has one. */
async function shapes(of = uri): Promise<string[]> {
  const hints = (await client.hints(of)).filter(({ label }) => (label as string).startsWith('→'));
  const lines = client.text(of).split('\n');
  return hints
    .toSorted((a, b) => a.position.line - b.position.line)
    .map(({ position, label }) => `${lines[position.line]!.trim()} ${label as string}`);
}

it('are off until the setting asks for them, and nothing is read again when it does', async () => {
  expect(await shapes()).toEqual([]);
  const told = client.statuses.length;
  await show(true);
  await client.until('shapes', async () => (await shapes()).length > 0);
  expect(client.statuses.length).toBe(told);
});

it('say what the whole expression of a line gives, and mark lines that give several', async () => {
  expect(await shapes()).toEqual([
    'identity = x if self.shortcut is None else self.shortcut(x) → N×32×7×7 …',
    'out = self.relu(self.bn1(self.conv1(x))) → N×16×14×14 …',
    'out = self.bn2(self.conv2(out)) → N×16×14×14 …',
    'return self.relu(out + identity) → N×16×14×14 …',
    'x = self.layers(self.stem(x)) → N×64×4×4',
    'x = torch.flatten(self.pool(x), 1) → N×64',
    'return self.head(x) → N×10',
  ]);
});

it('stand at the end of an expression that spans lines, and name what a tuple holds', async () => {
  const net = `import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(8, 24)
        self.parts = nn.ModuleList([nn.Linear(8, 8), nn.Linear(8, 8)])

    def forward(self, x):
        a, b = self.qkv(x), self.parts[0](x)
        y = torch.cat(
            [part(x) for part in self.parts],
            dim=1,
        )
        for part in self.parts:
            x = part(x)
        return y, a + a, b, x


# espalier: model Net() input=(1, 8)
`;
  const other = await client.open(path.join(root, 'examples/shapes-of-lines.py'), net);
  await client.status(other, 'exact');
  expect(await shapes(other)).toEqual([
    'a, b = self.qkv(x), self.parts[0](x) → N×24, N×8',
    ') → N×16',
    'x = part(x) → N×8',
    'return y, a + a, b, x → N×24',
  ]);
  await client.close(other);
});

it('move with their lines, and go when the setting says so', async () => {
  const before = await client.hints(uri);
  await client.replace(uri, 'import torch\n', 'import torch\n\n\n');
  const after = await client.hints(uri);
  expect(after.map(({ position, label }) => [position.line - 2, label])).toEqual(
    before.map(({ position, label }) => [position.line, label]),
  );
  await show(false);
  await client.until('no shapes', async () => (await shapes()).length === 0);
});
