// Zeros of stored weights, counted in pieces, against the plain definition over all indices.
import { describe, expect, it } from 'vitest';
import type { AxisRole } from '../../../core/graph/model-graph';
import { isTwoFour } from '../../../core/sparsity/value-facts';
import { ZeroCounter } from '../../../core/sparsity/zero-counter';
import { Random } from './support/random';

const layouts: readonly (readonly AxisRole[])[] = [
  ['out', 'in'],
  ['in', 'out'],
  ['out', 'in', 'width'],
  ['out', 'in', 'height', 'width'],
  ['height', 'width', 'in', 'out'],
  ['width', 'in', 'out'],
  ['in', 'out', 'height', 'width'],
  ['channel'],
];

/** Counts by looking at every element of every group and channel. */
function plainly(shape: readonly number[], axes: readonly AxisRole[], flags: Uint8Array) {
  const inAxis = axes.includes('in') ? axes.indexOf('in') : 0;
  const outAxis = axes.includes('in') ? axes.indexOf('out') : 0;
  const groups = new Map<string, number>();
  const [outputs, inputs] = [new Set<number>(), new Set<number>()];
  flags.forEach((flag, at) => {
    const index: number[] = [];
    for (let axis = shape.length - 1, rest = at; axis >= 0; axis--) {
      index[axis] = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    const key = index.map((i, axis) => (axis === inAxis ? Math.floor(i / 4) : i)).join();
    groups.set(key, (groups.get(key) ?? 0) + flag);
    if (flag === 0) return;
    outputs.add(index[outAxis]!);
    inputs.add(index[inAxis]!);
  });
  return {
    zeros: flags.filter((flag) => flag === 0).length,
    groups: { all: groups.size, sparse: [...groups.values()].filter((count) => count <= 2).length },
    zeroOutputs: shape[outAxis]! - outputs.size,
    zeroInputs: shape[inAxis]! - inputs.size,
  };
}

describe('zeros of a weight that comes in pieces', () => {
  it.each(layouts.map((axes) => [axes.join(' × '), axes] as const))(
    'are those of the whole, in %s',
    (_, axes) => {
      const random = new Random(axes.length * 7 + 1);
      for (let round = 0; round < 40; round++) {
        const shape = axes.map((role) => (role === 'in' ? random.pick([1, 3, 4, 8]) : 1 + random.below(5)));
        const count = shape.reduce((n, dim) => n * dim, 1);
        const density = random.pick([0, 0.1, 0.5, 1]);
        const flags = Uint8Array.from({ length: count }, () => (random.next() < density ? 1 : 0));
        const counter = new ZeroCounter(shape, axes);
        for (let at = 0; at < count;) {
          const size = 1 + random.below(7);
          counter.feed(flags.subarray(at, at + size));
          at += size;
        }
        const expected = plainly(shape, axes, flags);
        const found = counter.finish();
        const inputs = shape[axes.indexOf('in')] ?? 0;
        expect(found.elements).toBe(count);
        expect(found.zeros).toBe(expected.zeros);
        expect(found.groups).toEqual(inputs > 0 && inputs % 4 === 0 ? expected.groups : undefined);
        expect(found.zeroOutputs).toBe(expected.zeroOutputs);
        if (found.zeroInputs !== undefined) expect(found.zeroInputs).toBe(expected.zeroInputs);
        expect(found.zeroInputs === undefined).toBe((shape[axes.indexOf('in')] ?? shape[0]!) === 1);
      }
    },
  );

  it('are 2:4 where every group along the inputs has two, whatever lies between them in memory', () => {
    const flags = (keep: (input: number, position: number) => boolean) =>
      Uint8Array.from({ length: 8 * 9 }, (_, at) => (keep(Math.floor(at / 9), at % 9) ? 1 : 0));
    const facts = (kept: Uint8Array) => {
      const counter = new ZeroCounter([1, 8, 3, 3], ['out', 'in', 'height', 'width']);
      counter.feed(kept);
      return counter.finish();
    };
    expect(isTwoFour(facts(flags((input) => input % 4 < 2)))).toBe(true);
    // Half of the kernel positions are zero for all inputs: as many zeros, but no group of inputs has two in every place.
    expect(isTwoFour(facts(flags((_, position) => position % 2 === 0)))).toBe(false);
    expect(isTwoFour(facts(flags(() => false)))).toBe(false);
  });

  it('takes no memory for a tensor that claims to be endless', () => {
    const counter = new ZeroCounter([2, 1, 2 ** 40], ['out', 'in', 'width']);
    counter.feed(new Uint8Array(1000));
    expect(counter.finish().zeros).toBe(1000);
  });
});
