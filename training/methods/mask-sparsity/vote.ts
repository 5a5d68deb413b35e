// Residual groups: every BatchNorm that feeds a sum names the channels it would lose, and one mask is voted for all.

/**
 * The channels that go: those that the most members name, where those are at least as many as the member that gives up
 * fewest would lose; otherwise those with one vote less, and so on (netslim/prune.py of CASIA-IVA-Lab/MaskSparsity).
 * @param prune one entry a member: 1 where it would lose the channel. @returns 1 where the channel goes.
 */
export function votedOff(prune: readonly Uint8Array[]): Uint8Array {
  const channels = prune[0]?.length ?? 0;
  const votes = new Uint32Array(channels);
  for (const member of prune) member.forEach((gone, channel) => (votes[channel]! += gone));
  const fewest = Math.min(...prune.map((member) => member.reduce((sum, gone) => sum + gone, 0)));
  for (let wanted = prune.length; wanted >= 1; wanted--) {
    const off = Uint8Array.from(votes, (count) => Number(count >= wanted));
    if (off.reduce((sum, gone) => sum + gone, 0) >= fewest) return off;
  }
  return new Uint8Array(channels);
}

/**
 * Puts back the largest of those that would go until so many stay; of equals the first, so that ties keep channel 0.
 * @param off 1 where the channel goes; changed. @param scores what is largest.
 */
export function keepAtLeast(off: Uint8Array, scores: Float64Array, least: number): Uint8Array {
  let stays = off.reduce((sum, gone) => sum + 1 - gone, 0);
  const gone = [...off.keys()].filter((channel) => off[channel] === 1);
  gone.sort((a, b) => scores[b]! - scores[a]! || a - b);
  for (const channel of gone) {
    if (stays >= least) break;
    off[channel] = 0;
    stays++;
  }
  return off;
}
