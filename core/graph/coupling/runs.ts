// Positions along an axis as affine runs, and back.
import type { AffineRun } from './group';

/**
 * Compresses an axis into runs.
 * @param channelAt for each position of the axis the group's channel that sits there, or −1.
 */
export function toRuns(channelAt: Int32Array): AffineRun[] {
  const runs: { channel: number; count: number; start: number; stride: number; width: number }[] = [];
  for (let start = 0; start < channelAt.length;) {
    const channel = channelAt[start]!;
    let end = start + 1;
    while (end < channelAt.length && channelAt[end] === channel) end++;
    if (channel >= 0) {
      const width = end - start;
      const last = runs.at(-1);
      const follows = last && last.width === width && last.channel + last.count === channel;
      if (follows && last.count === 1) [last.stride, last.count] = [start - last.start, 2];
      else if (follows && last.start + last.count * last.stride === start) last.count++;
      else runs.push({ channel, count: 1, start, stride: width, width });
    }
    start = end;
  }
  return runs;
}

/** Calls back with every (position, channel) that runs cover. */
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
