// Masks kept on a device: a bit a weight where it can take bits apart, a number a weight elsewhere.
import { tf } from '../tf';
import { has } from './fused';
import { PackedMasks } from './packed-masks';

/** Masks of named tensors. What they mask is set to zero, whatever stood there. */
export interface DeviceMasks {
  /** @param keep 1 to keep and 0 to prune, in the layout of what is masked. The caller keeps it. */
  set(name: string, keep: tf.Tensor): void;
  /** Those that have a mask, masked; the caller disposes of them. */
  apply(tensors: ReadonlyMap<string, tf.Tensor>): Map<string, tf.Tensor>;
  dispose(): void;
}

/** For the backend that is active. */
export const deviceMasks = (): DeviceMasks => (has('EspalierMasked') ? new PackedMasks() : new NumberMasks());

class NumberMasks implements DeviceMasks {
  private readonly masks = new Map<string, tf.Tensor>();

  set(name: string, keep: tf.Tensor): void {
    this.masks.get(name)?.dispose();
    this.masks.set(name, tf.keep(tf.clone(keep)));
  }

  apply(tensors: ReadonlyMap<string, tf.Tensor>): Map<string, tf.Tensor> {
    const out = new Map<string, tf.Tensor>();
    for (const [name, x] of tensors) {
      const mask = this.masks.get(name);
      if (mask) out.set(name, tf.mul(x, mask));
    }
    return out;
  }

  dispose(): void {
    tf.dispose([...this.masks.values()]);
    this.masks.clear();
  }
}
