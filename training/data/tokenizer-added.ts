// A tokenizer's added tokens: text that is one token wherever it stands, before anything else is cut.

export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Takes the white space before it, or after it, along. */
  readonly lstrip?: boolean;
  readonly rstrip?: boolean;
  /** Only where no letter, digit or underscore touches it. */
  readonly single_word?: boolean;
}

type Part = readonly [text: string, id?: number];

const space = '\\p{White_Space}*';
const letter = '[\\p{L}\\p{M}\\p{N}\\p{Pc}]';

/** Cuts a text at its added tokens, each of which comes with its id. */
export function addedSplitter(added: readonly AddedToken[]): (text: string) => Generator<Part> {
  // Of two that begin at the same place the longer one is meant.
  const longestFirst = added
    .filter(({ content }) => content !== '')
    .sort((a, b) => b.content.length - a.content.length);
  const pattern = longestFirst.map((token) => `(${patternOf(token)})`).join('|');
  return function* (text) {
    let at = 0;
    if (pattern !== '')
      for (const match of text.matchAll(new RegExp(pattern, 'gu'))) {
        if (match.index > at) yield [text.slice(at, match.index)];
        yield [match[0], longestFirst[match.slice(1).findIndex((group) => group !== undefined)]!.id];
        at = match.index + match[0].length;
      }
    if (at < text.length) yield [text.slice(at)];
  };
}

function patternOf({ content, lstrip, rstrip, single_word: alone }: AddedToken): string {
  const escaped = content.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const word = alone ? `(?<!${letter})${escaped}(?!${letter})` : escaped;
  return `${lstrip ? space : ''}${word}${rstrip ? space : ''}`;
}
