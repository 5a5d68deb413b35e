// The batches of a run in order: while one is trained on, the next is fetched.
import type { TrainingSpec } from '../../core/recipe/recipe';
import { Batches } from '../data/batches';
import type { HostBatch, Split } from '../data/dataset';
import { quiet } from './batches-of';

export class Feed {
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  private readonly batches: Batches;
  private readonly seed: number;
  private next: { readonly step: number; readonly batch: Promise<HostBatch> } | undefined;

  constructor(
    private readonly split: Split,
    { epochs, batch, seed }: Pick<TrainingSpec, 'epochs' | 'batch' | 'seed'>,
  ) {
    this.seed = seed;
    this.batches = new Batches(split.count, batch, seed);
    this.stepsPerEpoch = this.batches.stepsPerEpoch;
    this.totalSteps = epochs * this.stepsPerEpoch;
  }

  /** The batch of a step. A function of seed and step alone, so that a resumed run sees what it would have seen. */
  at(step: number): Promise<HostBatch> {
    const batch = this.next?.step === step ? this.next.batch : this.take(step);
    this.next = undefined;
    // Not at once: both at a time would hold three batches in memory while the first is decoded.
    return batch.then((taken) => {
      if (step + 1 < this.totalSteps) this.next = { step: step + 1, batch: quiet(this.take(step + 1)) };
      return taken;
    });
  }

  /** The step is the seed of augmentations too. */
  private take(step: number): Promise<HostBatch> {
    return this.split.take(this.batches.at(step), { seed: this.seed + step });
  }
}
