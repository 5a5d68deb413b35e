// Says which data a run saw: one hash over everything that was read, in order.
import { createHash, type BinaryLike } from 'node:crypto';

export const fingerprint = (...parts: readonly BinaryLike[]): string => fingerprintOf(parts);

/** For as many parts as a folder has files: more than a call may have arguments. */
export function fingerprintOf(parts: Iterable<BinaryLike>): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
