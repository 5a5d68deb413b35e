// One long row of tokens, seen through windows: a model reads one and is asked for the same, one token on.
import { seeded, seedFor } from '../executor/random';
import type { HostBatch, Split } from './dataset';

export class TokenSplit implements Split {
  /** Windows side by side; the last token is only ever asked for. */
  readonly count: number;

  constructor(
    private readonly ids: Int32Array,
    private readonly length: number,
  ) {
    this.count = Math.max(0, Math.floor((ids.length - 1) / length));
  }

  /** @param augment moves each window by less than its length, so that the model sees every offset over the epochs. */
  take(indices: Int32Array, augment?: { readonly seed: number }): Promise<HostBatch> {
    const { length, ids } = this;
    const [x, y] = [new Int32Array(indices.length * length), new Int32Array(indices.length * length)];
    indices.forEach((index, i) => {
      const spare = ids.length - 1 - length;
      const shift = augment
        ? Math.floor(seeded(seedFor(augment.seed, `window ${index}`)).next() * length)
        : 0;
      const start = Math.min(spare, index * length + shift);
      x.set(ids.subarray(start, start + length), i * length);
      y.set(ids.subarray(start + 1, start + 1 + length), i * length);
    });
    return Promise.resolve({
      inputs: [{ shape: [indices.length, length], data: x }],
      targets: { kind: 'tokens', ids: y, length },
      count: indices.length,
    });
  }
}
