// Words that every part of the product shares.
import { expect, it } from 'vitest';
import { durationWords } from '../../../core/duration-words';

it('says how long, to the second while that matters', () => {
  const said: readonly (readonly [number, string])[] = [
    [0, '0 s'],
    [0.2, '1 s'],
    [3, '3 s'],
    [59.4, '59 s'],
    [59.6, '1 min 00 s'],
    [65, '1 min 05 s'],
    [599.4, '9 min 59 s'],
    [599.6, '10 min'],
    [725, '12 min'],
    [3569, '59 min'],
    [3571, '1 h 00 min'],
    [3727, '1 h 02 min'],
    [7300, '2 h 02 min'],
    [360_000, '100 h 00 min'],
    [Number.NaN, '–'],
    [Number.POSITIVE_INFINITY, '–'],
    [-1, '–'],
  ];
  for (const [seconds, words] of said) expect(durationWords(seconds), String(seconds)).toBe(words);
});
