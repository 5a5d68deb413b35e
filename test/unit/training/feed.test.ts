// Loading overlaps compute: while a step is trained on its batch, the next batch is being read, and only that one.
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { HostBatch, Split } from '../../../training/data/dataset';
import { Feed } from '../../../training/trainer/feed';

/** Reads that end when the test says so. */
class SlowSplit implements Split {
  readonly count = 8;
  readonly asked: number[][] = [];
  private readonly ends: (() => void)[] = [];

  take(indices: Int32Array): Promise<HostBatch> {
    this.asked.push([...indices]);
    const batch: HostBatch = {
      inputs: [],
      targets: { kind: 'classes', labels: indices },
      count: indices.length,
    };
    return new Promise((resolve) => this.ends.push(() => resolve(batch)));
  }

  finish(read: number): void {
    this.ends[read]!();
  }
}

it('the next batch is read while a step computes, so that a step waits for no read that ended meanwhile', async () => {
  const split = new SlowSplit();
  const feed = new Feed(split, { epochs: 2, batch: 2, seed: 1 });
  expect(feed.totalSteps).toBe(8);
  for (let step = 0; step < feed.totalSteps; step++) {
    const coming = feed.at(step);
    // The first batch has nothing to hide behind; every other was asked for during the step before, and not twice.
    expect(split.asked).toHaveLength(step + 1);
    if (step === 0) split.finish(0);
    const batch = await coming;
    expect(batch.targets).toMatchObject({ labels: Int32Array.from(split.asked[step]!) });
    await turn();
    // Here the step computes: one read is under way, none after the last step.
    expect(split.asked).toHaveLength(Math.min(step + 2, feed.totalSteps));
    if (step + 1 < feed.totalSteps) split.finish(step + 1);
  }
});
