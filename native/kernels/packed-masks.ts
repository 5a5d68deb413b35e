// Masks as bits on a device, several in one tensor: taking all of them apart is then as few ops as taking one.
import { tf } from '../tf';
import { has, run } from './fused';
import type { DeviceMasks } from './mask';
import { packBits, setBits } from './packed-bits';

interface Place {
  /** First bit. */
  readonly start: number;
  readonly size: number;
}

interface Pack {
  /** One after another from bit 0 on. */
  readonly places: ReadonlyMap<string, Place>;
  /** See {@link packBits}. */
  words: tf.Tensor1D;
}

/** Weights of a pack. Where bits are taken apart before they are used they take bytes meanwhile: not for all weights at once. */
const packSize = 1 << 22;

export class PackedMasks implements DeviceMasks {
  private readonly packs: Pack[] = [];
  /** Set since they were last used: masks are set many at a time. */
  private readonly pending = new Map<string, Uint8Array>();

  set(name: string, keep: tf.Tensor): void {
    this.pending.set(name, new Uint8Array(keep.dataSync()));
  }

  apply(tensors: ReadonlyMap<string, tf.Tensor>): Map<string, tf.Tensor> {
    if (this.pending.size > 0) this.settle();
    const masked = has('EspalierMasked') ? maskedByOne : maskedByOps;
    return new Map(this.packs.flatMap((pack) => tf.tidy(() => masked(pack, tensors))));
  }

  dispose(): void {
    for (const { words } of this.packs.splice(0)) words.dispose();
    this.pending.clear();
  }

  /** Writes what was set into the packs that have it, and makes new ones of the rest. */
  private settle(): void {
    for (const pack of this.packs) {
      const changed = [...pack.places].filter(([name]) => this.pending.has(name));
      if (changed.length === 0) continue;
      const words = new Int32Array(pack.words.dataSync());
      for (const [name, { start }] of changed) {
        setBits(words, start, this.pending.get(name)!);
        this.pending.delete(name);
      }
      pack.words.dispose();
      pack.words = onDevice(words);
    }
    let together = new Map<string, Uint8Array>();
    let size = 0;
    for (const [name, keep] of this.pending) {
      if (size > 0 && size + keep.length > packSize) {
        this.packs.push(packOf(together));
        together = new Map();
        size = 0;
      }
      together.set(name, keep);
      size += keep.length;
    }
    if (size > 0) this.packs.push(packOf(together));
    this.pending.clear();
  }
}

function packOf(masks: ReadonlyMap<string, Uint8Array>): Pack {
  const places = new Map<string, Place>();
  let start = 0;
  for (const [name, { length: size }] of masks) {
    places.set(name, { start, size });
    start += size;
  }
  return { places, words: onDevice(packBits([...masks.values()])) };
}

/** Outlives the tidy of the step in which it is first used. */
const onDevice = (words: Int32Array): tf.Tensor1D => tf.keep(tf.tensor1d(words, 'int32'));

/** Each by one kernel that reads the bits as they are. */
function maskedByOne(
  { places, words }: Pack,
  tensors: ReadonlyMap<string, tf.Tensor>,
): [string, tf.Tensor][] {
  return [...places].flatMap(([name, { start }]) => {
    const x = tensors.get(name);
    return x ? [[name, run('EspalierMasked', { x, words }, { start })[0]!]] : [];
  });
}

/** All bits taken apart, then a selection each. */
function maskedByOps(
  { places, words }: Pack,
  tensors: ReadonlyMap<string, tf.Tensor>,
): [string, tf.Tensor][] {
  const wanted = [...places.keys()].some((name) => tensors.has(name));
  if (!wanted) return [];
  const bits = tf.reshape(tf.cast(run('EspalierBits', { words })[0]!, 'bool'), [32 * words.size]);
  const sizes = [...places.values()].map(({ size }) => size);
  const rest = bits.size - sizes.reduce((sum, size) => sum + size, 0);
  const each = tf.split(bits, [...sizes, ...(rest > 0 ? [rest] : [])]);
  const zero = tf.scalar(0);
  return [...places.keys()].flatMap((name, i) => {
    const x = tensors.get(name);
    return x ? [[name, tf.where(tf.reshape(each[i]!, x.shape), x, zero)]] : [];
  });
}
