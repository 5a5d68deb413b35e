// Masks as bits in words, and on the devices that need no installing.
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../../core/random';
import { wasmDevice } from '../../../native/devices/wasm';
import { getBits, packBits, runs, setBits } from '../../../native/kernels/packed-bits';
import { tf } from '../../../native/tf';
import { holdMasks } from './hold-masks';

const source = seeded(7);
const bits = (size: number) => Uint8Array.from({ length: size }, () => (source.next() < 0.5 ? 1 : 0));

/** Reads a bit by the definition. */
const bitAt = (words: Int32Array, at: number) =>
  (words[at % words.length]! >>> Math.floor(at / words.length)) & 1;

describe('packed bits', () => {
  it.each([[1], [31], [32], [33], [5, 64, 1, 100], [1000, 1, 31]])(
    'lie one after another, whatever the sizes (%j)',
    (...sizes) => {
      const masks = sizes.map(bits);
      const words = packBits(masks);
      const all = masks.flatMap((mask) => [...mask]);
      expect(words.length).toBe(Math.ceil(all.length / 32));
      expect(all.map((_, at) => bitAt(words, at))).toEqual(all);
      expect([...getBits(words, 0, all.length)]).toEqual(all);
      expect([...getBits(words, sizes[0] - 1, all.length)]).toEqual(all.slice(sizes[0] - 1));
    },
  );

  it('are written over without touching their neighbours', () => {
    const [a, b, c] = [bits(50), bits(70), bits(90)];
    const words = packBits([a, b, c]);
    const other = bits(70);
    setBits(words, 50, other);
    expect([...words]).toEqual([...packBits([a, other, c])]);
  });

  it('are at most 32 stretches', () => {
    const stretches = [...runs(7, 3, 200)];
    expect(stretches.length).toBeLessThanOrEqual(32);
    expect(stretches.reduce((sum, { count }) => sum + count, 0)).toBe(200);
  });
});

holdMasks('masks on wasm', true, () => wasmDevice(path.resolve('dist')).activate());
holdMasks('masks on a backend without ops on bits', false, () => tf.setBackend('cpu'));
