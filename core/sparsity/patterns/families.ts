// The patterns that can be named with numbers in them, `1:4` or `block 4x4`. Adding a family is one file here and one row below.
import type { Pattern } from '../pattern';
import { block } from './block';
import { channel } from './channel';
import { head } from './head';
import { nm } from './n-m';
import { fourEightPairs } from './pairs';
import { tile } from './tile';
import { unstructured } from './unstructured';
import { vnm } from './v-n-m';

export interface Family {
  /** How one of it is written. */
  readonly example: string;
  /** One line for people. */
  readonly doc: string;
  /** Its numbers are the groups. */
  readonly form: RegExp;
  /** Throws one line where the numbers make no pattern. */
  readonly make: (...numbers: number[]) => Pattern;
}

const size = String.raw`(\d{1,6})`;
const form = (text: string) => new RegExp(`^${text.replaceAll('#', size)}$`);

export const families: readonly Family[] = [
  {
    ...{ example: 'unstructured', form: form('unstructured'), make: () => unstructured },
    doc: 'Any weight may go.',
  },
  { example: '2:4', form: form('#:#'), make: nm, doc: 'Of every 4 inputs 2 stay; so for any N:M.' },
  {
    ...{ example: '4:8-pairs', form: form('4:8-pairs'), make: () => fourEightPairs },
    doc: 'Of every 4 pairs of neighbours 2 stay.',
  },
  {
    ...{ example: '64:2:8', form: form('#:#:#'), make: vnm },
    doc: '64 outputs agree on 4 of every 8 inputs, and each keeps 2 of them; so for any V:N:M.',
  },
  {
    ...{ example: 'block 4x4', form: form('block #[x×]#'), make: block },
    doc: 'Rectangles of outputs × inputs go as one.',
  },
  {
    ...{ example: 'tile 4x9x4', form: form('tile #[x×]#[x×]#'), make: tile },
    doc: 'Boxes of outputs × kernel positions × inputs go as one.',
  },
  { example: 'channel', form: form('channel'), make: () => channel, doc: 'Whole output channels go.' },
  { example: 'head 64', form: form('head #'), make: head, doc: 'Whole heads of 64 outputs go.' },
];

/** Those that mask single weights rather than remove structures. */
export const weightFamilies = (): Family[] =>
  families.filter(({ example }) => patternNamed(example).kind === 'weight');

/** The pattern of a name, or in one line why there is none. */
export function parsePattern(name: string): Pattern | string {
  for (const { form, make } of families) {
    const found = form.exec(name.trim());
    if (!found) continue;
    try {
      return make(...found.slice(1).map(Number));
    } catch (error) {
      return (error as Error).message;
    }
  }
  return `there is no pattern ${JSON.stringify(name.slice(0, 40))}; patterns are ${families.map(({ example }) => example).join(', ')}`;
}

/** As {@link parsePattern}; throws the line. */
export function patternNamed(name: string): Pattern {
  const found = parsePattern(name);
  if (typeof found === 'string') throw new Error(found);
  return found;
}
