// How long the server takes to answer over its pipe while the sandbox is busy with a file that never ends.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { Client, exampleFile, root } from './client';

const example = readFileSync(exampleFile('pytorch/convnet.py'), 'utf8');
const busy = 'import torch\nwhile True:\n    pass\n';

let client: Client;
beforeAll(async () => {
  // With everything on that answers at a key.
  const settings = { trace: { deadline: 60 }, inlayHints: { shapes: true } };
  client = await Client.start({ folder: root, settings });
});
afterAll(() => client.stop());

/** Milliseconds of what is asked after the lenses, which people do not wait for. */
const later: number[] = [];

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const worst = (values: number[]) => Math.max(...values);

/** What else an editor asks after a key: the outline, folding, and the quick fixes of the line. */
function others(uri: string): Promise<unknown> {
  const textDocument = { uri };
  const at = { line: 5, character: 0 };
  const range = { start: at, end: at };
  return Promise.all([
    client.connection.sendRequest('textDocument/documentSymbol', { textDocument }),
    client.connection.sendRequest('textDocument/foldingRange', { textDocument }),
    client.connection.sendRequest('textDocument/codeAction', {
      textDocument,
      range,
      context: { diagnostics: [] },
    }),
  ]);
}

/** Milliseconds from a key press to the answers that know of it: one edit, three requests over the pipe. */
async function keyToLens(uri: string, expected: (count: number) => string): Promise<number[]> {
  const times: number[] = [];
  const before = (await client.lensTexts(uri))[0]!;
  const count = Number(/(\d+) layers/.exec(before)![1]);
  for (let i = 0; i < 40; i++) {
    // Every second key makes a layer, the other takes it away, so that an answer from an earlier text is noticed.
    const start = performance.now();
    await (i % 2 === 0
      ? client.replace(uri, 'import torch\n', 'import torch\nnn.Linear(1, 2)\n')
      : client.replace(uri, 'import torch\nnn.Linear(1, 2)\n', 'import torch\n'));
    const [[lens]] = await Promise.all([
      client.lensTexts(uri),
      client.hints(uri, 0, 60),
      client.hover(uri, 5),
    ]);
    times.push(performance.now() - start);
    expect(lens).toContain(expected(i % 2 === 0 ? count + 1 : count));
    const rest = performance.now();
    await others(uri);
    later.push(performance.now() - rest);
  }
  return times;
}

it('answers each key with a fresh lens, hints and hovers while a trace runs', async () => {
  const hog = await client.open('/tmp/espalier-lsp/hog.py', busy);
  await client.status(hog, 'tracing');
  // The sandbox boots for a second or two; after that it spins.
  await new Promise((resolve) => setTimeout(resolve, 3000));

  const small = await client.open('/tmp/espalier-lsp/small.py', example);
  let text = '';
  for (let i = 0; text.split('\n').length < 2000; i++) text += example.replaceAll('Block', `Block${i}`);
  const large = await client.open('/tmp/espalier-lsp/large.py', text);
  const lines = (count: number) => `tracing… · ${count} layers in the text`;
  await client.until('lenses from the text', async () => (await client.lenses(small)).length > 0);
  await client.until('lenses from the text', async () => (await client.lenses(large)).length > 0);

  const [few, many] = [await keyToLens(small, lines), await keyToLens(large, lines)];
  console.log(
    `key to lens, hints and hover over the pipe while a trace runs: ${example.split('\n').length} lines median ${median(few).toFixed(1)} ms, ` +
      `worst ${worst(few).toFixed(1)} ms; ${text.split('\n').length} lines median ${median(many).toFixed(1)} ms, worst ${worst(many).toFixed(1)} ms`,
  );
  console.log(
    `then outline, folding and quick fixes: median ${median(later).toFixed(1)} ms, worst ${worst(later).toFixed(1)} ms`,
  );
  expect(median(later)).toBeLessThan(300);
  expect(median(few)).toBeLessThan(100);
  expect(median(many)).toBeLessThan(500);
  expect(client.statuses.findLast(({ uri }) => uri === hog)?.state).toBe('tracing');

  // Whoever waits for that trace can stop waiting.
  const waiting = new CancellationTokenSource();
  const answer = client.connection.sendRequest('espalier/models', { uri: hog }, waiting.token);
  setTimeout(() => waiting.cancel(), 50);
  const start = performance.now();
  await expect(answer).rejects.toThrow('cancelled');
  expect(performance.now() - start).toBeLessThan(2000);
});

it('answers as fast in a file of eighty models of forty layers', async () => {
  const settings = { trace: { deadline: 120 }, inlayHints: { shapes: true } };
  const quick = await Client.start({ folder: root, settings });
  const factories = Array.from({ length: 80 }, (_, i) => `def net${i}():\n    return Net(${i + 8})\n`).join(
    '\n\n',
  );
  const text = `from torch import nn


class Net(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.stem = nn.Linear(16, n)
        self.blocks = nn.Sequential(*[nn.Linear(n, n) for _ in range(40)])

    def forward(self, x):
        return self.blocks(self.stem(x))


${factories}`;
  const uri = await quick.open('/tmp/espalier-lsp/many.py', text);
  await quick.status(uri, 'exact');
  const models = (await quick.lensTexts(uri)).filter((title) => title.includes('parameters'));
  expect(models).toHaveLength(80);
  // Each says whose it is by its line; nothing of it is longer than a line.
  expect(Math.max(...models.map((title) => title.length))).toBeLessThan(100);
  const times: number[] = [];
  for (let i = 0; i < 20; i++) {
    const start = performance.now();
    await (i % 2 === 0
      ? quick.replace(uri, 'from torch import nn\n', 'from torch import nn\n\n')
      : quick.replace(uri, 'from torch import nn\n\n', 'from torch import nn\n'));
    await Promise.all([quick.lensTexts(uri), quick.hints(uri, 0, 60), quick.hover(uri, 6)]);
    times.push(performance.now() - start);
  }
  console.log(
    `key to lens, hints and hover with 80 models of 41 layers: median ${median(times).toFixed(1)} ms, worst ${worst(times).toFixed(1)} ms`,
  );
  expect(median(times)).toBeLessThan(300);
  expect(await quick.stop()).toBe(0);
});
