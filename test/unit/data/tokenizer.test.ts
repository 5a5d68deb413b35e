// tokenizer.json: the same tokens as the tokenizers package gave (test/golden/data), and a line where it is another kind.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTokenizer } from '../../../training/data/tokenizer';
import { tempFolder } from '../training/support';

const golden = path.resolve(import.meta.dirname, '../../golden/data');
const cases = JSON.parse(readFileSync(path.join(golden, 'tokens.json'), 'utf8')) as [string, number[]][];

it.each(cases)('encodes %j', async (text, ids) => {
  const tokenizer = await readTokenizer(path.join(golden, 'tokenizer.json'));
  expect([...tokenizer.encode(text)]).toEqual(ids);
});

describe.each(['llama', 'tiktoken', 'digits', 'roberta'])('a tokenizer as %s has it', (name) => {
  const file = path.join(golden, 'tokenizers', `${name}.json`);
  const known = readFileSync(path.join(golden, 'tokenizers', `${name}.tokens.json`), 'utf8');
  it.each(JSON.parse(known) as [string, number[]][])('encodes %j', async (text, ids) => {
    expect([...(await readTokenizer(file)).encode(text)]).toEqual(ids);
  });
});

it('reads a vocabulary of more entries than a call may have arguments', async () => {
  const file = path.join(tempFolder(), 'tokenizer.json');
  const vocab = Object.fromEntries(Array.from({ length: 300_000 }, (_, id) => [`token${id}`, id]));
  const model = { type: 'BPE', vocab, merges: [] };
  writeFileSync(file, JSON.stringify({ model, pre_tokenizer: { type: 'ByteLevel' } }));
  expect((await readTokenizer(file)).size).toBe(300_000);
});

it.each([
  [{ pre_tokenizer: { type: 'Metaspace' } }, 'its pre-tokenizer is Metaspace; ByteLevel is read'],
  [{ normalizer: { type: 'Lowercase' } }, 'its normalizer Lowercase is not known'],
  [{ model: { type: 'BPE', vocab: {}, merges: [], end_of_word_suffix: '</w>' } }, 'end_of_word_suffix'],
  [split({ pattern: { Regex: '(' }, behavior: 'Isolated' }), 'its pattern ( is not read'],
  [split({ pattern: { Regex: 'a' }, behavior: 'MergedWithNext' }), 'its Split is MergedWithNext'],
])('refuses %j in one line', async (part, message) => {
  const file = path.join(tempFolder(), 'tokenizer.json');
  const sound = { model: { type: 'BPE', vocab: {}, merges: [] }, pre_tokenizer: { type: 'ByteLevel' } };
  writeFileSync(file, JSON.stringify({ ...sound, ...part }));
  await expect(readTokenizer(file)).rejects.toThrow(message);
});

function split(step: object): object {
  const pretokenizers = [
    { type: 'Split', ...step },
    { type: 'ByteLevel', use_regex: false },
  ];
  return { pre_tokenizer: { type: 'Sequence', pretokenizers } };
}

it('names what it cannot read', async () => {
  const file = path.join(tempFolder(), 'tokenizer.json');
  writeFileSync(file, JSON.stringify({ model: { type: 'Unigram' } }));
  await expect(readTokenizer(file)).rejects.toThrow('its model is Unigram; byte-level BPE is read');
  writeFileSync(file, '{');
  await expect(readTokenizer(file)).rejects.toThrow('is no tokenizer that is read here');
});
