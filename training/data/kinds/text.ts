// Plain text for language models: characters, or the tokens of a Hugging Face tokenizer.json. The end is for testing.
import path from 'node:path';
import type { Dataset } from '../dataset';
import { readData } from '../files';
import { fingerprint } from '../fingerprint';
import { readTokenizer } from '../tokenizer';
import { TokenSplit } from '../token-split';
import type { DataKind } from './kind';

export const text: DataKind<'text'> = {
  id: 'text',
  async load(spec, { baseFolder, wanted }): Promise<Dataset> {
    const file = path.resolve(baseFolder, spec.file);
    const bytes = await readData(file);
    const content = bytes.toString('utf8');
    const length = spec.length || (wanted[0]?.shape.length === 1 ? wanted[0].shape[0]! : 64);
    const tokenizer =
      spec.tokenizer === undefined
        ? undefined
        : await readTokenizer(path.resolve(baseFolder, spec.tokenizer));
    const { ids, vocabulary, names } = tokenizer
      ? { ids: tokenizer.encode(content), vocabulary: tokenizer.size, names: undefined }
      : characters(content);
    const cut = Math.floor(ids.length * (1 - spec.test));
    const [train, test] = [
      new TokenSplit(ids.subarray(0, cut), length),
      new TokenSplit(ids.subarray(cut), length),
    ];
    if (train.count < 1 || test.count < 1)
      throw new Error(
        `${file} has ${ids.length} tokens: with ${spec.test} of them for testing there is no window of ${length} in both parts`,
      );
    return {
      name: `${path.basename(file)} (${ids.length} tokens, ${vocabulary} kinds, windows of ${length})`,
      kind: 'text',
      inputs: [{ shape: [length], dtype: 'int32' }],
      targets: { kind: 'tokens', vocabulary, length },
      train,
      test,
      hash: fingerprint(bytes, tokenizer?.hash ?? 'characters', names ?? ''),
      skipped: [],
    };
  },
};

/** Every character that occurs is a token, in the order of their code points. */
function characters(content: string) {
  const all = [...content];
  const known = [...new Set(all)].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
  const place = new Map(known.map((character, i) => [character, i]));
  return { ids: Int32Array.from(all, (c) => place.get(c)!), vocabulary: known.length, names: known.join('') };
}
