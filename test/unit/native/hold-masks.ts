// What masks on a device must do, whichever device: the same zeros as by definition, a bit a weight, changed in place.
import { beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '../../../core/random';
import { deviceMasks } from '../../../native/kernels/mask';
import { tf } from '../../../native/tf';

const source = seeded(11);
const bits = (size: number) => Uint8Array.from({ length: size }, () => (source.next() < 0.5 ? 1 : 0));

/** @param packs whether the device takes bits apart. */
export function holdMasks(title: string, packs: boolean, activate: () => Promise<unknown>): void {
  describe(title, () => {
    beforeAll(() => activate());
    const shapes = { stem: [3, 3, 5, 7], fc: [33, 10], head: [1], wide: [64, 130] };
    const layers = Object.entries(shapes);
    const sizeOf = (shape: readonly number[]) => shape.reduce((n, dim) => n * dim, 1);

    /** NaN and infinity where a mask prunes: a gradient may overflow there, and its zero must be one. */
    const values = (keep: Uint8Array) =>
      Float32Array.from(keep, (bit, i) => (bit ? source.next() - 0.5 : [NaN, Infinity, -1, 2][i % 4]!));

    it('zero what they prune and leave the rest to the bit', () => {
      const before = tf.memory().numTensors;
      const masks = deviceMasks();
      const keeps = new Map(layers.map(([name, shape]) => [name, bits(sizeOf(shape))]));
      const set = (name: string, keep: Uint8Array) => {
        const tensor = tf.tensor(Float32Array.from(keep), shapes[name as keyof typeof shapes]);
        masks.set(name, tensor);
        tensor.dispose();
      };
      const check = (names: readonly string[]) => {
        const data = new Map(
          names.map((name) => {
            const keep = keeps.get(name)!;
            return [name, packs ? values(keep) : Float32Array.from(keep, () => source.next() - 0.5)];
          }),
        );
        const given = new Map(
          names.map((name) => [name, tf.tensor(data.get(name)!, shapes[name as keyof typeof shapes])]),
        );
        const unmasked = tf.scalar(1);
        const out = masks.apply(new Map([...given, ['unmasked', unmasked]]));
        expect([...out.keys()].sort()).toEqual([...names].sort());
        for (const [name, tensor] of out) {
          expect(tensor.shape).toEqual(shapes[name as keyof typeof shapes]);
          const wanted = data.get(name)!.map((value, i) => (keeps.get(name)![i] ? value : 0));
          expect([...tensor.dataSync()].map((value) => value + 0)).toEqual(
            [...wanted].map((value) => value + 0),
          );
        }
        tf.dispose([...given.values(), ...out.values(), unmasked]);
      };
      const [late, ...early] = Object.keys(shapes).reverse();
      for (const name of early) set(name, keeps.get(name)!);
      check(early);
      // One comes later.
      set(late!, keeps.get(late!)!);
      check(Object.keys(shapes));
      check(['fc']);
      // One changes.
      keeps.set('fc', bits(sizeOf(shapes.fc)));
      set('fc', keeps.get('fc')!);
      check(Object.keys(shapes));
      // All lie in one pack, which was written anew both times.
      expect(tf.memory().numTensors - before).toBe(packs ? 1 : layers.length);
      masks.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });

    it('take a bit a weight where the device takes bits apart', () => {
      const masks = deviceMasks();
      const keep = tf.ones([512, 512]);
      const before = tf.memory().numBytes;
      masks.set('a', keep);
      tf.dispose([...masks.apply(new Map([['a', keep]])).values()]);
      expect((8 * (tf.memory().numBytes - before)) / keep.size).toBe(packs ? 1 : 32);
      masks.dispose();
      keep.dispose();
    });
  });
}
