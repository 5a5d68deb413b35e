// Masks as bits on a device, several in one tensor: taking all of them apart is then as few ops as taking one.
import { tf } from '../tf';
import { run } from './fused';
import type { DeviceMasks } from './mask';
import { getBits, packBits, setBits } from './packed-bits';

interface Pack {
  /** The first bit of each, in order. */
  readonly starts: ReadonlyMap<string, number>;
  /** Bits that are masks'; the last word may have more. */
  readonly size: number;
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
    // A kernel's own tensors on the way go with the tidy.
    return new Map(this.packs.flatMap((pack) => tf.tidy(() => masked(pack, tensors))));
  }

  dispose(): void {
    for (const { words } of this.packs.splice(0)) words.dispose();
    this.pending.clear();
  }

  /** Writes what was set into the packs that have it, and makes new ones of the rest. */
  private settle(): void {
    for (const pack of this.packs) {
      const changed = [...pack.starts].filter(([name]) => this.pending.has(name));
      if (changed.length === 0) continue;
      const words = new Int32Array(pack.words.dataSync());
      for (const [name, start] of changed) {
        setBits(words, start, this.pending.get(name)!);
        this.pending.delete(name);
      }
      pack.words.dispose();
      pack.words = onDevice(words);
    }
    if (this.pending.size > 0) this.add();
  }

  /** Fills the last pack up, then begins others. */
  private add(): void {
    const last = this.packs.pop();
    let together = last ? unpacked(last) : new Map<string, Uint8Array>();
    let size = [...together.values()].reduce((sum, { length }) => sum + length, 0);
    last?.words.dispose();
    for (const [name, keep] of this.pending) {
      if (size > 0 && size + keep.length > packSize) {
        this.packs.push(packOf(together));
        together = new Map();
        size = 0;
      }
      together.set(name, keep);
      size += keep.length;
    }
    this.packs.push(packOf(together));
    this.pending.clear();
  }
}

function packOf(masks: ReadonlyMap<string, Uint8Array>): Pack {
  const starts = new Map<string, number>();
  let start = 0;
  for (const [name, { length }] of masks) {
    starts.set(name, start);
    start += length;
  }
  return { starts, size: start, words: onDevice(packBits([...masks.values()])) };
}

function unpacked({ starts, size, words }: Pack): Map<string, Uint8Array> {
  const [names, bits] = [[...starts.keys()], words.dataSync<'int32'>()];
  const ends = [...starts.values(), size].slice(1);
  return new Map(names.map((name, i) => [name, getBits(bits, starts.get(name)!, ends[i]!)]));
}

/** Outlives the tidy of the step in which it is first used. */
const onDevice = (words: Int32Array): tf.Tensor1D => tf.keep(tf.tensor1d(words, 'int32'));

/**
 * By the device's own kernel: inputs words, and any number of tensors in the order of their bits; attrs starts, the first
 * bit of each; outputs the tensors with zeros where their bit is 0.
 */
function masked({ starts, words }: Pack, tensors: ReadonlyMap<string, tf.Tensor>): [string, tf.Tensor][] {
  const found = [...starts].flatMap(([name, start]) => {
    const x = tensors.get(name);
    return x ? [{ name, start, x }] : [];
  });
  if (found.length === 0) return [];
  const inputs = Object.fromEntries(found.map(({ x }, i) => [`x${i}`, x]));
  const out = run('EspalierMasked', { words, ...inputs }, { starts: found.map(({ start }) => start) });
  return found.map(({ name }, i) => [name, out[i]!]);
}
