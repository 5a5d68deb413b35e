// The faults, in the order in which they are told, with how often the benchmark and the tests do each.
import { clock } from './clock';
import { flipped, leftovers, metricsLine, truncated } from './damage';
import { diskFull, readOnly } from './disk';
import type { Fault } from './fault';
import { kill } from './kill';
import { twoHosts } from './two-hosts';

export const faults: readonly (readonly [fault: Fault, tries: number, inTests: number])[] = [
  [kill, 50, 5],
  [diskFull, 10, 1],
  [readOnly, 10, 1],
  [truncated, 10, 2],
  [flipped, 10, 2],
  [metricsLine, 10, 1],
  [leftovers, 5, 2],
  [clock, 5, 1],
  [twoHosts, 10, 2],
];
