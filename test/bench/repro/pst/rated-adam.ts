// Adam whose variables have rates of their own: one Adam for each rate.
import type { ParamName } from '../../../../core/graph/model-graph';
import type { TensorData } from '../../../../core/graph/tensor';
import type { tf } from '../../../../native/tf';
import type { Parameters } from '../../../../training/executor/parameters';
import { Adam } from '../../../../training/optimizers/adam';
import type { Optimizer } from '../../../../training/optimizers/optimizer';

export class RatedAdam implements Optimizer {
  private readonly parts = new Map<number, Adam>();

  /** @param shareOf a variable's rate as a share of the learning rate. */
  constructor(
    private readonly parameters: Parameters,
    public learningRate: number,
    private readonly shareOf: (name: ParamName) => number,
  ) {}

  apply(gradients: ReadonlyMap<ParamName, tf.Tensor>): void {
    for (const share of new Set([...gradients.keys()].map(this.shareOf))) {
      const part = this.part(share);
      part.learningRate = share * this.learningRate;
      part.apply(new Map([...gradients].filter(([name]) => this.shareOf(name) === share)));
    }
  }

  forget(name: ParamName, keep: tf.Tensor): void {
    this.part(this.shareOf(name)).forget(name, keep);
  }

  async state(): Promise<Map<string, TensorData>> {
    const states = await Promise.all([...this.parts.values()].map((part) => part.state()));
    return new Map(states.flatMap((state) => [...state]));
  }

  restore(): void {
    throw new Error('runs of this reproduction are begun anew, not resumed');
  }

  dispose(): void {
    for (const part of this.parts.values()) part.dispose();
  }

  private part(share: number): Adam {
    const known = this.parts.get(share) ?? new Adam(this.parameters, share * this.learningRate);
    this.parts.set(share, known);
    return known;
  }
}
