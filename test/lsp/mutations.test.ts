// A model file that is broken while it is open: the server answers, and what it last read well stays on screen.
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mutate } from '../bench/mutations/mutate';
import { Client, exampleFile } from './client';

const example = readFileSync(exampleFile('pytorch/convnet.py'), 'utf8');
const good = '77,754 parameters';
const sample = 25;

let client: Client;
let uri: string;
beforeAll(async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'espalier-mutations-'));
  client = await Client.start({ folder, settings: { trace: { deadline: 3 } } });
  uri = await client.open(path.join(folder, 'net.py'), example);
  await client.status(uri, 'exact');
});
afterAll(async () => {
  expect(await client.stop()).toBe(0);
});

/** As editors send it: the piece between what both texts begin and end with. */
async function type(text: string): Promise<void> {
  const before = client.text(uri);
  let start = 0;
  while (start < before.length && before[start] === text[start]) start++;
  let end = 0;
  while (end < Math.min(before.length, text.length) - start && before.at(-1 - end) === text.at(-1 - end))
    end++;
  const position = (offset: number) => {
    const lines = before.slice(0, offset).split('\n');
    return { line: lines.length - 1, character: lines.at(-1)!.length };
  };
  const range = { start: position(start), end: position(before.length - end) };
  await client.change(uri, [{ range, text: text.slice(start, text.length - end) }]);
}

/** Waits until the newest text was read. */
async function read(): Promise<{ state: string; detail?: string | undefined }> {
  const from = client.statuses.length;
  await client.until('a trace', () => client.statuses.slice(from).some(({ state }) => state === 'tracing'));
  return client.status(uri, 'exact', 'stale', 'syntactic', 'failed', 'idle');
}

it('keeps the last good result while something is wrong, and reads the file again when it is right', async () => {
  let kept = 0;
  for (let seed = 0; seed < sample; seed++) {
    const { text, done } = mutate(example, seed);
    if (text === example || !/\btorch\b/.test(text) || text.includes('\0')) continue;
    await type(text);
    const { state } = await read();
    const lenses = await client.lensTexts(uri);
    await client.hints(uri);
    // As long as the model is still declared and named, there is a lens for it: a new one or the last good one.
    if (/^def convnet\(/m.test(text) && !/rename|token|stranger|block/.test(done.join())) {
      expect(lenses.length, `seed ${seed}, ${done.join(', ')}: ${state}`).toBeGreaterThan(0);
      if (state === 'stale') kept += 1;
    }
    await type(example);
    expect((await read()).state).toBe('exact');
    expect((await client.lensTexts(uri))[0]).toContain(good);
  }
  expect(kept).toBeGreaterThan(3);
}, 240_000);
