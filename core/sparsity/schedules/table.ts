// The ways to a sparsity that recipes can name. Adding one is one file here and one row below.
import { cubic } from './cubic';
import { linear } from './linear';
import { oneShot } from './one-shot';
import type { RampOptions, Schedule } from './schedule';

interface Row {
  readonly id: string;
  readonly doc: string;
  readonly make: (options: RampOptions) => Schedule;
}

const all: readonly Row[] = [
  { id: 'cubic', doc: 'A cubic ramp, Zhu & Gupta 2017 (arXiv 1710.01878).', make: cubic },
  { id: 'linear', doc: 'A ramp in a line.', make: linear },
  { id: 'one-shot', doc: 'All at one step; of rampShare and maskEvery it takes none.', make: oneShot },
];

export const ramps: ReadonlyMap<string, Row> = new Map(all.map((row) => [row.id, row]));
