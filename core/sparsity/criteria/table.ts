// The criteria that commands can name. Adding one is one file here and one line below.
import { bnScale } from './bn-scale';
import type { Criterion } from './criterion';
import { lamp } from './lamp';
import { magnitude } from './magnitude';
import { movement } from './movement';
import { random } from './random';
import { snip } from './snip';
import { taylor } from './taylor';
import { wanda } from './wanda';

const all: readonly Criterion[] = [magnitude, random, taylor, snip, wanda, lamp, movement, bnScale];

export const criteria: ReadonlyMap<string, Criterion> = new Map(all.map((each) => [each.id, each]));
