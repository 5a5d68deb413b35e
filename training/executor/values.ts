// The values of one forward pass: each in the order it was made, and in the other where a step asked for that.
import type { Layout, ValueId } from '../../core/graph/model-graph';
import type { tf } from '../../native/tf';
import { type Order, ordersDiffer, reorder } from './order';

export class Values {
  private readonly made = new Map<ValueId, { readonly order: Order; readonly tensor: tf.Tensor }>();
  private readonly turned = new Map<ValueId, tf.Tensor>();

  constructor(private readonly layout: Layout) {}

  set(id: ValueId, tensor: tf.Tensor, order: Order): void {
    this.made.set(id, { tensor, order });
  }

  /** @param rank that the tensor is lifted to, by axes of 1 in front. */
  get(id: ValueId, order: Order, rank?: number): tf.Tensor {
    const { tensor, order: own } = this.made.get(id)!;
    if (rank !== undefined && tensor.rank < rank) return this.lifted(tensor, own, order, rank);
    if (own === order || !ordersDiffer(tensor.rank, this.layout)) return tensor;
    let other = this.turned.get(id);
    if (!other) this.turned.set(id, (other = reorder(tensor, own, order, this.layout)));
    return other;
  }

  /** Frees what no step needs any more. Not while a tape runs: the way back needs it. */
  release(ids: readonly ValueId[]): void {
    for (const id of ids) {
      this.made.get(id)?.tensor.dispose();
      this.turned.get(id)?.dispose();
    }
  }

  private lifted(tensor: tf.Tensor, own: Order, order: Order, rank: number): tf.Tensor {
    const plain = reorder(tensor, own, 'graph', this.layout);
    const ones = Array.from({ length: rank - plain.rank }, () => 1);
    return reorder(plain.reshape([...ones, ...plain.shape]), 'graph', order, this.layout);
  }
}
