// Sentences of a tiny grammar, as tokens: a corpus whose best possible perplexity is known, and that needs no file.
import { seeded, seedFor, type Random } from '../../executor/random';
import type { Dataset } from '../dataset';
import { fingerprint } from '../fingerprint';
import { TokenSplit } from '../token-split';
import type { DataKind } from './kind';

type Rules = Readonly<Record<string, readonly string[]>>;

/** Each rule's ways are equally likely; a word in capitals is another rule. */
const rules: Rules = {
  SENTENCE: [
    'SUBJECT VERB OBJECT .',
    'SUBJECT VERB OBJECT and VERB OBJECT .',
    'when SUBJECT VERB OBJECT , SUBJECT VERB OBJECT .',
  ],
  SUBJECT: ['the NOUN', 'a NOUN', 'the QUALITY NOUN', 'every NOUN that VERB OBJECT'],
  OBJECT: ['the NOUN', 'a NOUN', 'a QUALITY NOUN', 'the NOUN of the NOUN'],
  NOUN: ['gardener', 'tree', 'branch', 'wall', 'bird', 'frame', 'wire', 'season'],
  VERB: ['prunes', 'binds', 'sees', 'bends', 'feeds', 'waters'],
  QUALITY: ['young', 'old', 'bare', 'green', 'patient'],
};

/** The same words and as much to choose in every sentence, in another order: something to fine-tune on. */
const verbsLast: Rules = Object.fromEntries(
  Object.entries(rules).map(([rule, ways]) => [
    rule,
    ways.map((way) => way.replaceAll('VERB OBJECT', 'OBJECT VERB')),
  ]),
);

const words = [
  ...new Set(
    Object.values(rules)
      .flat()
      .flatMap((way) => way.split(' ')),
  ),
]
  .filter((word) => !(word in rules))
  .sort();
const seed = 20_260_105;

export const grammar: DataKind<'grammar'> = {
  id: 'grammar',
  load({ order, ...spec }, { wanted: [input] }): Promise<Dataset> {
    const length = spec.length || (input?.shape.length === 1 ? input.shape[0]! : 32);
    const isLast = order === 'object-verb';
    const own = isLast ? verbsLast : rules;
    const split = (count: number, name: string) =>
      new TokenSplit(written(count * length + 1, own, seeded(seedFor(seed, name))), length);
    return Promise.resolve({
      name: `sentences of a small grammar${isLast ? ', verbs last' : ''} (${spec.train} + ${spec.test} windows of ${length}, ${words.length} words)`,
      kind: 'grammar',
      inputs: [{ shape: [length], dtype: 'int32' as const }],
      targets: { kind: 'tokens' as const, vocabulary: words.length, length },
      train: split(spec.train, 'train'),
      test: split(spec.test, 'test'),
      hash: fingerprint(
        `grammar 1 ${seed} ${spec.train} ${spec.test} ${length}${isLast ? ' verbs last' : ''}`,
      ),
      skipped: [],
    });
  },
};

function written(count: number, own: Rules, random: Random): Int32Array {
  const ids: number[] = [];
  const expanded = (symbol: string): string[] => {
    const ways = own[symbol];
    if (!ways) return [symbol];
    return ways[Math.floor(random.next() * ways.length)]!.split(' ').flatMap(expanded);
  };
  while (ids.length < count) for (const word of expanded('SENTENCE')) ids.push(words.indexOf(word));
  return Int32Array.from(ids.slice(0, count));
}
