// Affine runs, spelled out position by position.
import type { AffineRun } from './group';

/** Calls back with every position of a member's axis that runs cover, and the group's channel that sits there. */
export function eachPosition(
  runs: readonly AffineRun[],
  visit: (position: number, channel: number) => void,
): void {
  for (const { channel, count, start, stride, width } of runs) {
    for (let i = 0; i < count; i++) {
      for (let r = 0; r < width; r++) visit(start + i * stride + r, channel + i);
    }
  }
}
