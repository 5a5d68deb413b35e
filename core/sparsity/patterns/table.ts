// The patterns that analysis offers and recipes can name. Adding one is one file here and one line below.
import type { Pattern } from '../pattern';
import { channel } from './channel';
import { twoFour } from './n-m';

const all: readonly Pattern[] = [twoFour, channel];

export const patterns: ReadonlyMap<string, Pattern> = new Map(all.map((pattern) => [pattern.id, pattern]));
