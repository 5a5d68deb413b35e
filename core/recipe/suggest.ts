// "Did you mean …": the candidate that a misspelt word is closest to, if any is close.

/** The closest candidate within a third of the word's length (at least one edit), ignoring case, `-` and `_`. */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const from = normal(word);
  // Junk of any length must not cost time: nothing of ours is longer than this.
  if (from.length > 64) return undefined;
  const limit = Math.max(1, Math.floor(from.length / 3));
  let best: { readonly candidate: string; readonly edits: number } | undefined;
  for (const candidate of candidates) {
    const edits = distance(from, normal(candidate));
    if (edits <= limit && (!best || edits < best.edits)) best = { candidate, edits };
  }
  return best?.candidate;
}

const normal = (word: string): string => word.toLowerCase().replace(/[-_\s]/g, '');

/** Damerau-Levenshtein distance with adjacent swaps (optimal string alignment). */
function distance(a: string, b: string): number {
  let [twoAgo, last]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(change, last[j]! + 1, row[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j]!, twoAgo[j - 2]! + 1);
    }
    [twoAgo, last] = [last, row];
  }
  return last[b.length]!;
}
