// A Keras file in the editor: lens, hints, hover, tree, and what is said while it does not parse.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelAnalysis, ModelOutline, OutlineItem } from '../../core/protocol/language-server';
import { Client, exampleFile, root } from './client';

const file = exampleFile('keras/convnet.py');
const text = readFileSync(file, 'utf8');
const lineOf = (piece: string, content = text) =>
  content.slice(0, content.indexOf(piece)).split('\n').length - 1;
const factory = lineOf('def convnet(');
// What model.count_params() says, without the moving averages.
const exact = '77,754 parameters · 5.16 MFLOPs · 10 of 10 layers prunable · for 1×28×28×1';

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

describe('the Keras example', () => {
  it('has the lens of its factory, with what can be done', async () => {
    expect(await client.lensTexts(uri)).toEqual(
      [exact, 'Sparse train', 'Benchmark', 'Masks'].map((title) => `${factory}: ${title}`),
    );
  });

  it('has hints at the lines that build layers, and hovers that explain them', async () => {
    const head = lineOf('name="head"');
    const [hint] = await client.hints(uri, head, head);
    expect(hint!.label).toBe('650 params (0.8 %) · 2:4 ✓ · channel ✗');
    const conv = lineOf('layers.Conv2D(filters');
    const [all] = await client.hints(uri, conv, conv);
    expect(all!.label).toBe('9 layers · 76,432 params (98.3 %) · 2:4 8 of 9 · channel ✓');
    expect(await client.hover(uri, head, 20)).toContain('head (linear)');
  });

  it('answers commands with its report', async () => {
    const models: ModelAnalysis[] = await client.connection.sendRequest('espalier/models', { uri });
    expect(models).toMatchObject([
      { uri, name: 'convnet', stale: false, report: { totals: { params: 77754, layers: 10 } } },
    ]);
  });

  it('has its findings at the line that is to blame, and keeps the last good result while it does not parse', async () => {
    await client.replace(uri, 'layers.Add()([x, shortcut])', 'layers.Add()([x, inputs])');
    const stale = await client.status(uri, 'stale');
    expect(stale.detail).toMatch(/inputs/);
    expect((await client.lensTexts(uri))[0]).toBe(`${factory}: ${exact} (stale)`);
    await client.replace(uri, 'layers.Add()([x, inputs])', 'layers.Add()([x, shortcut])');
    await client.status(uri, 'exact');
  });
});

it('a subclassed model is a tree by the parts of its path, without a level for the model itself', async () => {
  const golden = path.join(root, 'test/golden/keras/subclassed.py');
  const other = await client.open(golden, readFileSync(golden, 'utf8'));
  await client.status(other, 'exact');
  const outline: ModelOutline | null = await client.connection.sendRequest('espalier/modelOutline', {
    uri: other,
    model: 'Net',
  });
  const names = (items: readonly OutlineItem[]): string[] => items.map(({ name }) => name);
  const { children } = outline!;
  expect(names(children)).toEqual(['conv2d', 'block', 'block_1', 'block_2', 'sequential']);
  expect(names(children[1]!.children)).toEqual(['conv2d_1', 'batch_normalization', 'scale']);
});
