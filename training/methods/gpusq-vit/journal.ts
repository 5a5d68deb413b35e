// What a run of GPUSQ-ViT remembers of itself: distances of features, agreement, accuracy after each thing done to the model.
import type { MethodFacts } from '../../../core/runs/run-record';
import { tf } from '../../../native/tf';
import type { Trainee } from '../trainee';

/** What is done to a model, in the order of the waterfall. */
const marks = ['dense', 'one-shot', 'sparse', 'quantised untrained', 'quantised'] as const;
export type Mark = (typeof marks)[number];

/** How much of the running mean of agreement a step leaves. */
const memory = 0.95;

/** In variables, so that a resumed run remembers the same. */
export class Journal {
  /** Sums of distances, and how many steps they are of. */
  private sums: tf.Variable | undefined;
  private latest: tf.Variable | undefined;
  /** A running mean, and how much of it is there yet. */
  private agreement: tf.Variable | undefined;
  private accuracy: tf.Variable | undefined;
  private factors: readonly number[] | undefined;

  /** @param blocks paths of those whose features are learnt. */
  constructor(private readonly blocks: readonly string[]) {}

  enter(trainee: Trainee): void {
    const make = (name: string, size: number, value: number) =>
      trainee.variable(`gpusq-vit/${name}`, () => tf.fill([size], value), false);
    this.sums = make('distances', this.blocks.length + 1, 0);
    this.latest = make('latest', Math.max(1, this.blocks.length), 0);
    this.agreement = make('agreement', 2, 0);
    this.accuracy = make('accuracy', marks.length, -1);
  }

  /** Of one step. @param distances one a block. @param agreement 0 … 1. @param isRecorded counts for the factors. */
  add(distances: tf.Tensor | undefined, agreement: tf.Tensor, isRecorded: boolean): void {
    tf.tidy(() => {
      const { sums, latest, agreement: mean } = this;
      const value = tf.reshape(agreement, [1]);
      mean!.assign(tf.add(tf.mul(mean!, memory), tf.mul(tf.concat([value, tf.ones([1])]), 1 - memory)));
      if (!distances) return;
      latest!.assign(distances);
      if (isRecorded) sums!.assign(tf.add(sums!, tf.concat([distances, tf.ones([1])])));
    });
  }

  /** Mean distance of each block over the steps recorded; undefined where there were none. */
  async distances(): Promise<number[] | undefined> {
    const values = [...(await this.sums!.data())];
    const count = values.pop()!;
    return count > 0 ? values.map((sum) => sum / count) : undefined;
  }

  weigh(factors: readonly number[]): void {
    this.factors = factors;
  }

  async judged(mark: Mark, accuracy: number): Promise<void> {
    const values = (await this.accuracy!.data()).slice();
    values[marks.indexOf(mark)] = accuracy;
    tf.tidy(() => this.accuracy!.assign(tf.tensor1d(values)));
  }

  async facts(): Promise<MethodFacts> {
    const numbers: Record<string, number> = {};
    const [agreed = 0, share = 0] = await this.agreement!.data();
    if (share > 0) {
      numbers['agreement with the teacher'] = agreed / share;
      const latest = await this.latest!.data();
      this.blocks.forEach((path, i) => (numbers[`feature distance: ${path}`] = latest[i]!));
    }
    const distances = await this.distances();
    this.blocks.forEach((path, i) => {
      if (distances) numbers[`mean distance while pruned (f): ${path}`] = distances[i]!;
      if (this.factors) numbers[`weight while quantised (w): ${path}`] = this.factors[i]!;
    });
    const accuracy = await this.accuracy!.data();
    marks.forEach((mark, i) => {
      if (accuracy[i]! >= 0) numbers[`accuracy: ${mark}`] = accuracy[i]!;
    });
    return { numbers };
  }
}
