// Amounts of memory as people say them: decimal, two or three digits.

/** `9.1 GB`, `640 MB`, `12 kB`. */
export function byteWords(bytes: number): string {
  for (const [unit, size] of units)
    if (bytes >= size) {
      const amount = bytes / size;
      return `${amount >= 10 ? Math.round(amount) : amount.toFixed(1)} ${unit}`;
    }
  return `${Math.round(bytes)} B`;
}

const units = [
  ['TB', 1e12],
  ['GB', 1e9],
  ['MB', 1e6],
  ['kB', 1e3],
] as const;
