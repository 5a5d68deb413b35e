// The value that so many percent of magnitudes stay below: a scale that a few outliers do not stretch.

/** Magnitudes gathered of one tensor over a few batches, in bounded memory. */
export class Magnitudes {
  private readonly kept: Float32Array[] = [];

  /** @param most values that are looked at of each batch. */
  constructor(private readonly most = 1 << 18) {}

  add(values: Float32Array): void {
    const count = Math.min(values.length, this.most);
    // Places by the golden ratio fall on all channels alike, whatever their number divides into.
    const at = (i: number) =>
      count === values.length ? i : Math.floor(((i * 0.618033988749895) % 1) * values.length);
    this.kept.push(Float32Array.from({ length: count }, (_, i) => Math.abs(values[at(i)]!)));
  }

  /** @param percent 0 … 100; 100 is the maximum. 0 where nothing was added. */
  percentile(percent: number): number {
    const all = new Float32Array(this.kept.reduce((n, { length }) => n + length, 0));
    let at = 0;
    for (const part of this.kept) {
      all.set(part, at);
      at += part.length;
    }
    all.sort();
    return all[Math.min(all.length - 1, Math.max(0, Math.ceil((percent / 100) * all.length) - 1))] ?? 0;
  }
}
