// Text of a made-up language: words of which each has a few likely successors, seen through windows of characters.
import type { Dataset, HostBatch, Split } from '../../../../training/data/dataset';
import { type Random, seeded, seedFor } from '../../../../training/executor/random';

export const context = 12;
/** The space and a … z. */
export const vocabulary = 27;
/** Windows of an epoch: 100 steps of 128. */
export const [stepsPerEpoch, batch] = [100, 128] as const;

const [words, successors, jumps] = [300, 12, 0.1] as const;
const [vowels, consonants] = ['aeiou', 'bcdfghjklmnpqrstvwxyz'] as const;

/** @param seed of the language and of what is written in it. */
export function charText(seed: number, train = 200_000, valid = 12_000): Dataset {
  const random = seeded(seedFor(seed, 'language'));
  const vocabularyOf = dictionary(random);
  const next = Array.from({ length: words }, () =>
    Array.from({ length: successors }, () => Math.floor(random.next() * words)),
  );
  const written = (name: string, count: number) =>
    write(vocabularyOf, next, count, seeded(seedFor(seed, name)));
  return {
    name: `pseudo-words (seed ${seed})`,
    kind: 'text',
    inputs: [{ shape: [context], dtype: 'int32' }],
    targets: { kind: 'tokens', vocabulary, length: 1 },
    train: new DrawnWindows(written('train', train), stepsPerEpoch * batch),
    test: new EachWindow(written('valid', valid)),
    hash: `pseudo-words ${seed} ${train} ${valid}`,
    skipped: [],
  };
}

function dictionary(random: Random): string[] {
  const one = (letters: string) => letters[Math.floor(random.next() * letters.length)]!;
  const found = new Set<string>();
  while (found.size < words) {
    const length = 2 + Math.floor(random.next() * 5);
    const first = Math.floor(random.next() * 2);
    found.add(Array.from({ length }, (_, i) => one((i + first) % 2 === 0 ? consonants : vowels)).join(''));
  }
  return [...found];
}

/** Ids of characters. The k-th successor of a word follows it with a weight of 1/k (Zipf); one word in ten is any word. */
function write(
  dictionary: readonly string[],
  next: readonly (readonly number[])[],
  count: number,
  random: Random,
): Int32Array {
  const weights = Array.from({ length: successors }, (_, k) => 1 / (k + 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const ids: number[] = [];
  let word = 0;
  while (ids.length < count) {
    for (const letter of dictionary[word]!) ids.push(letter.charCodeAt(0) - 96);
    ids.push(0);
    if (random.next() < jumps) {
      word = Math.floor(random.next() * words);
      continue;
    }
    let left = random.next() * total;
    const k = weights.findIndex((weight) => (left -= weight) < 0);
    word = next[word]![k === -1 ? successors - 1 : k]!;
  }
  return Int32Array.from(ids.slice(0, count));
}

/** The character after each of some windows. */
function windows(ids: Int32Array, starts: readonly number[]): HostBatch {
  const x = new Int32Array(starts.length * context);
  const y = new Int32Array(starts.length);
  starts.forEach((start, i) => {
    x.set(ids.subarray(start, start + context), i * context);
    y[i] = ids[start + context]!;
  });
  return {
    inputs: [{ shape: [starts.length, context], data: x }],
    targets: { kind: 'tokens', ids: y, length: 1 },
    count: starts.length,
  };
}

/** Windows drawn anew at every step, anywhere in the text. */
class DrawnWindows implements Split {
  constructor(
    private readonly ids: Int32Array,
    readonly count: number,
  ) {}

  take(indices: Int32Array, augment?: { readonly seed: number }): Promise<HostBatch> {
    const places = this.ids.length - context;
    const random = augment && seeded(seedFor(augment.seed, 'windows'));
    const starts = [...indices].map((index) =>
      random ? Math.floor(random.next() * places) : Math.floor((index * places) / this.count),
    );
    return Promise.resolve(windows(this.ids, starts));
  }
}

/** Every window of a text, in order. */
class EachWindow implements Split {
  readonly count: number;

  constructor(private readonly ids: Int32Array) {
    this.count = ids.length - context;
  }

  take(indices: Int32Array): Promise<HostBatch> {
    return Promise.resolve(windows(this.ids, [...indices]));
  }
}
