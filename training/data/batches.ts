// Which samples a step sees. A function of seed and step alone, so that a resumed run sees what it would have seen.
import { seeded, seedFor } from '../executor/random';

export class Batches {
  readonly batch: number;
  /** The samples left over by the last full batch of an epoch wait for another shuffle. */
  readonly stepsPerEpoch: number;
  private shuffled: { readonly epoch: number; readonly order: Int32Array } | undefined;

  /** Data with fewer samples than a batch makes one smaller batch an epoch. */
  constructor(
    private readonly count: number,
    batch: number,
    private readonly seed: number,
  ) {
    this.batch = Math.min(batch, count);
    this.stepsPerEpoch = Math.floor(count / this.batch);
  }

  /** Indices of the samples of a step, counted from 0 over all epochs. */
  at(step: number): Int32Array {
    const order = this.orderOf(Math.floor(step / this.stepsPerEpoch));
    const from = (step % this.stepsPerEpoch) * this.batch;
    return order.slice(from, from + this.batch);
  }

  private orderOf(epoch: number): Int32Array {
    if (this.shuffled?.epoch !== epoch) this.shuffled = { epoch, order: this.shuffle(epoch) };
    return this.shuffled.order;
  }

  /** Fisher–Yates, begun anew in every epoch from a seed of its own. */
  private shuffle(epoch: number): Int32Array {
    const random = seeded(seedFor(this.seed, `epoch ${epoch}`));
    const order = Int32Array.from({ length: this.count }, (_, i) => i);
    for (let i = this.count - 1; i > 0; i--) {
      const j = Math.floor(random.next() * (i + 1));
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  }
}
