// Files that mean harm, and files that are none: one message, and the server answers as before.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, exampleFile } from './client';

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-hostile-'));
const example = readFileSync(exampleFile('pytorch/convnet.py'), 'utf8');
const good = '77,754 parameters · 5.16 MFLOPs · 10 of 10 layers prunable · for 1×1×28×28';

let client: Client;
beforeAll(async () => {
  client = await Client.start({ folder, settings: { trace: { deadline: 5, memory: 256 } } });
});
afterAll(async () => {
  expect(await client.stop()).toBe(0);
});

let count = 0;
const open = (text: string, name = `file${count++}.py`, language = 'python') =>
  client.open(path.join(folder, name), text, language);

/** The server still reads a good file exactly. */
async function goesOn(): Promise<void> {
  const uri = await open(example);
  await client.status(uri, 'exact');
  expect((await client.lensTexts(uri))[0]).toContain(good);
  await client.close(uri);
}

describe('a hostile file', () => {
  it.each([
    ['a loop without end', 'import torch\nwhile True:\n    pass\n'],
    [
      'a loop that swallows interrupts',
      'import torch\nwhile True:\n    try:\n        while True: pass\n    except: pass\n',
    ],
    ['a giant allocation', 'import torch\nx = bytearray(4_000_000_000)\n'],
    ['endless recursion', 'import torch\ndef f(): return f()\nf()\n'],
  ])('that holds %s gets one message', async (_, text) => {
    const uri = await open(text);
    const status = await client.status(uri, 'failed', 'syntactic');
    expect(status.detail).toBeTruthy();
    expect(status.detail).not.toContain('\n');
    const problems = await client.until('a diagnostic', () => client.diagnostics.get(uri));
    expect(problems).toHaveLength(1);
    await client.close(uri);
    await goesOn();
  });

  it.each([
    ['the password file', "x = open('/etc/passwd').read()"],
    ['JavaScript', 'import js\njs.process.exit(1)'],
    ['the network', "import socket\nsocket.create_connection(('127.0.0.1', 22))"],
    ['the shell', "import os\nif os.system('touch owned') == 0: raise SystemExit"],
  ])('that reaches for %s gets nothing', async (_, line) => {
    writeFileSync(path.join(folder, 'secret.txt'), 'secret');
    const uri = await open(`import torch\n${line}\n`);
    await client.status(uri, 'failed', 'syntactic', 'idle', 'exact');
    expect((client.diagnostics.get(uri) ?? []).length).toBeLessThanOrEqual(1);
    await client.close(uri);
    await goesOn();
  });
});

describe('a file that is no model', () => {
  it('costs nothing when it mentions no framework', async () => {
    const uri = await open('print("hello")\n'.repeat(100));
    expect(await client.lenses(uri)).toEqual([]);
    expect(await client.hover(uri, 0)).toBe('');
    await client.replace(uri, 'hello', 'bye');
    expect(client.statuses.filter((status) => status.uri === uri)).toEqual([]);
  });

  it('is read as soon as it mentions one, and let go when it no longer does', async () => {
    const uri = await open('x = 1\n');
    await client.change(uri, [{ text: example }]);
    await client.status(uri, 'exact');
    expect((await client.lensTexts(uri))[0]).toContain(good);
    await client.change(uri, [{ text: 'x = 1\n' }]);
    await client.status(uri, 'idle');
    expect(await client.lenses(uri)).toEqual([]);
    await client.close(uri);
  });

  it('says nothing where torch is used but no model is declared', async () => {
    const uri = await open('import torch\nprint(torch.__version__)\n');
    await client.status(uri, 'idle');
    expect(await client.lenses(uri)).toEqual([]);
    expect(client.diagnostics.get(uri) ?? []).toEqual([]);
  });

  it.each([
    [
      'binary junk',
      `import torch\0${String.fromCharCode(...Array.from({ length: 9999 }, (_, i) => (i * 7919) % 65536))}`,
    ],
    ['lone surrogates', 'import torch\nx = "\ud800\udfff"\n\udead'],
    ['deep nesting', `import torch\nx = ${'('.repeat(50_000)}`],
    ['a long line', `import torch\nx = "${'x'.repeat(500_000)}"`],
    ['nothing but a mention', '# torch'],
    ['old line ends', 'import torch\rfrom torch import nn\rx = nn.Linear(2, 3)\r'],
  ])('is survived: %s', async (_, text) => {
    const uri = await open(text);
    await client.lenses(uri);
    await client.hints(uri);
    await client.hover(uri, 1, 3);
    await client.replace(uri, 'torch', 'torch ');
    await client.lenses(uri);
    await client.close(uri);
    await goesOn();
  });

  it('larger than a megabyte is read, but not followed at every key, and says so', async () => {
    const filler = '# filler filler filler filler filler filler\n'.repeat(25_000);
    const uri = await open(example + filler);
    const status = await client.status(uri, 'exact');
    expect(status.detail).toBe('the text is not followed while you type: the file is larger than 1 MB');
    expect((await client.lensTexts(uri))[0]).toContain(good);
    await client.replace(uri, 'import torch\n', 'import torch\n\n');
    expect((await client.lensTexts(uri))[0]).toMatch(/^57: 77,754/);
    await client.close(uri);
  });
});

describe('line ends and tabs', () => {
  it('of other systems make no difference', async () => {
    const uri = await open(example.replaceAll('\n', '\r\n').replaceAll('    ', '\t'));
    await client.status(uri, 'exact');
    expect((await client.lensTexts(uri))[0]).toBe(`56: ${good}`);
    const [hint] = await client.hints(uri, 47, 47);
    expect(hint).toMatchObject({
      position: { line: 47, character: '\t\tself.head = nn.Linear(inputs, num_classes)'.length },
    });
    await client.replace(uri, 'import torch\r\n', 'import torch\r\n\r\n');
    expect((await client.lensTexts(uri))[0]).toBe(`57: ${good}`);
  });
});

describe('an editor that misbehaves', () => {
  it('asks about documents that are not open', async () => {
    const uri = 'file:///nowhere/at/all.py';
    expect(await client.lenses(uri)).toEqual([]);
    expect(await client.hover('untitled:Untitled-1', 0)).toBe('');
    await expect(client.connection.sendRequest('espalier/models', { uri })).rejects.toThrow(/cannot be read/);
    await expect(client.connection.sendRequest('espalier/models', { uri: 'http://x/y.py' })).rejects.toThrow(
      'is not a file on this machine',
    );
    await expect(
      client.connection.sendRequest('espalier/recipe', { uri: 'file:///no.espalier.yaml' }),
    ).rejects.toThrow(/cannot be read/);
  });

  it('sends edits out of range', async () => {
    const uri = await open(example);
    await client.change(uri, [
      { range: { start: { line: 9999, character: 9 }, end: { line: 99999, character: 0 } }, text: '\n# end' },
      { range: { start: { line: 5, character: 999 }, end: { line: 2, character: 3 } }, text: ' ' },
    ]);
    await client.lenses(uri);
    await client.close(uri);
    await goesOn();
  });
});

it('ends when the editor is gone', async () => {
  const orphan = await Client.start();
  orphan.connection.dispose();
  orphan.process.stdin!.destroy();
  await new Promise<void>((resolve, reject) => {
    orphan.process.once('exit', () => resolve());
    setTimeout(() => reject(new Error('the server outlived its editor')), 10_000);
  });
});
