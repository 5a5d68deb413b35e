// Which channels a layer would lose, from sizes alone: the rules of network slimming, of optimal thresholding, and a quantile.

export type Threshold =
  /** At most τ. */
  | { readonly kind: 'absolute'; readonly tau: number }
  /** The smallest, as long as they hold no more than this share of Σ γ² (Ye et al. 2020, arXiv 2003.04566). */
  | { readonly kind: 'energy'; readonly share: number }
  /** The smallest q of all layers together. */
  | { readonly kind: 'quantile'; readonly q: number };

/** Below it a whole layer is silent: its energy says nothing any more. */
const silent = 1e-3;

/**
 * One prune set for each layer: 1 where the channel would go.
 * @param layers sizes by channel; NaN or Infinity where they are not known, and then the channel stays.
 */
export function pruneSets(threshold: Threshold, layers: readonly Float64Array[]): Uint8Array[] {
  if (threshold.kind === 'energy')
    return layers.map((sizes) => upTo(sizes, energyBound(sizes, threshold.share)));
  const bound = threshold.kind === 'absolute' ? threshold.tau : quantile(layers, threshold.q);
  return layers.map((sizes) => upTo(sizes, bound));
}

const upTo = (sizes: Float64Array, bound: number): Uint8Array =>
  Uint8Array.from(sizes, (size) => Number(size <= bound));

function energyBound(sizes: Float64Array, share: number): number {
  const sorted = sizes.filter(Number.isFinite).sort();
  const largest = sorted.at(-1);
  if (largest === undefined) return -1;
  if (largest < silent) return largest;
  const total = sorted.reduce((sum, size) => sum + size * size, 0);
  let [energy, bound] = [0, -1];
  for (const [i, size] of sorted.entries()) {
    energy += size * size;
    if (energy > share * total) break;
    // Half way to the next, so that equal sizes go or stay together.
    bound = (size + (sorted[i + 1] ?? size)) / 2;
  }
  return bound;
}

/** The size of the ⌊q·n⌋-th smallest; below all where that is none. */
function quantile(layers: readonly Float64Array[], q: number): number {
  const all = Float64Array.from(layers.flatMap((sizes) => [...sizes.filter(Number.isFinite)])).sort();
  return all[Math.floor(q * all.length) - 1] ?? -1;
}
