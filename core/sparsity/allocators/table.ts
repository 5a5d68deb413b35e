// The allocators that a recipe can name. Adding one is one file here and one line below.
import type { Allocator } from './allocator';
import { erk } from './erk';
import { global } from './global';
import { uniform } from './uniform';

const all: readonly Allocator[] = [uniform, erk, global];

export const allocators: ReadonlyMap<string, Allocator> = new Map(all.map((one) => [one.id, one]));
