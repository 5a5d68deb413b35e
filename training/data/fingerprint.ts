// Says which data a run saw: one hash over everything that was read, in order.
import { createHash, type BinaryLike } from 'node:crypto';

export function fingerprint(...parts: readonly BinaryLike[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
