// How much memory of this machine a computation may take.
import { freemem } from 'node:os';

/** Bytes: what is free, within the bounds that a container or a job scheduler sets. */
export function freeMemory(): number {
  const limit = process.constrainedMemory?.() ?? 0;
  // Without a bound it answers 0, or a number near 2⁶⁴.
  const within = limit > 0 && limit < 2 ** 50 ? limit - process.memoryUsage.rss() : Infinity;
  return Math.max(0, Math.min(freemem(), within));
}
