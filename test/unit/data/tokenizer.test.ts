// tokenizer.json: the same tokens as the tokenizers package gave (test/golden/data), and a line where it is another kind.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readTokenizer } from '../../../training/data/tokenizer';
import { tempFolder } from '../training/support';

const golden = path.resolve(import.meta.dirname, '../../golden/data');
const cases = JSON.parse(readFileSync(path.join(golden, 'tokens.json'), 'utf8')) as [string, number[]][];

it.each(cases)('encodes %j', async (text, ids) => {
  const tokenizer = await readTokenizer(path.join(golden, 'tokenizer.json'));
  expect([...tokenizer.encode(text)]).toEqual(ids);
});

it('names what it cannot read', async () => {
  const file = path.join(tempFolder(), 'tokenizer.json');
  writeFileSync(file, JSON.stringify({ model: { type: 'Unigram' } }));
  await expect(readTokenizer(file)).rejects.toThrow('its model is Unigram; byte-level BPE is read');
  writeFileSync(file, '{');
  await expect(readTokenizer(file)).rejects.toThrow('is no tokenizer that is read here');
});
