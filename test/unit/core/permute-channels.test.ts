// Orders of channels for N:M: never worse, near the best of all on small matrices, and the same values elsewhere.
import { describe, expect, it } from 'vitest';
import { couple } from '../../../core/graph/coupling/couple';
import { reorder } from '../../../core/graph/reorder';
import { applySlices } from '../../../core/graph/surgery';
import { columnOrder } from '../../../core/sparsity/column-order';
import { permuteChannels } from '../../../core/sparsity/permute-channels';
import { twoFour } from '../../../core/sparsity/patterns/n-m';
import { seeded } from '../../../training/executor/random';
import { matrixLayers } from '../../../training/methods/matrix-layers';
import { randomModel } from '../export/models';
import { Net } from './support/net';

const random = seeded(11);
const normals = (columns: number, rows: number) =>
  Array.from({ length: columns }, () => Float32Array.from({ length: rows }, () => Math.abs(random.normal())));
const next = () => random.next();

/** Σ of the n largest of each m columns in a row, row by row. */
function kept(columns: readonly Float32Array[], order: ArrayLike<number>, n: number, m: number): number {
  let total = 0;
  for (let row = 0; row < columns[0]!.length; row++)
    for (let from = 0; from < order.length; from += m) {
      const group = Array.from({ length: m }, (_, i) => columns[order[from + i]!]![row]!);
      total += group
        .sort((a, b) => b - a)
        .slice(0, n)
        .reduce((a, b) => a + b);
    }
  return total;
}

/** The best of all ways to divide the columns into groups of m. */
function best(columns: readonly Float32Array[], n: number, m: number): number {
  const divide = (left: readonly number[]): number => {
    if (left.length === 0) return 0;
    const [first, ...others] = left as [number, ...number[]];
    let most = 0;
    const choose = (from: number, chosen: readonly number[]): void => {
      if (chosen.length === m) {
        const rest = others.filter((column) => !chosen.includes(column));
        most = Math.max(most, kept(columns, chosen, n, m) + divide(rest));
        return;
      }
      for (let i = from; i < others.length; i++) choose(i + 1, [...chosen, others[i]!]);
    };
    choose(0, [first]);
    return most;
  };
  return divide([...columns.keys()]);
}

describe('an order of columns', () => {
  it.each([
    [2, 4, 8],
    [1, 4, 8],
    [2, 4, 12],
    [1, 2, 8],
  ])('%d:%d of %d columns is near the best of all, and never worse than none', (n, m, count) => {
    let [gained, possible] = [0, 0];
    // 12 columns have 5775 ways to be divided, 8 have 35.
    for (let trial = 0; trial < (count > 8 ? 4 : 20); trial++) {
      const columns = normals(count, 6);
      const identity = kept(columns, [...columns.keys()], n, m);
      const { order, before, after } = columnOrder(columns, { n, m, random: next });
      expect([...order].sort((a, b) => a - b)).toEqual([...columns.keys()]);
      expect(before).toBeCloseTo(identity, 3);
      expect(after).toBeCloseTo(kept(columns, order, n, m), 3);
      const most = best(columns, n, m);
      expect(after).toBeGreaterThanOrEqual(before);
      expect(after).toBeLessThanOrEqual(most * (1 + 1e-6));
      gained += after - before;
      possible += most - before;
    }
    // Swaps of two end in a local best: in the mean they find most of what there is to gain.
    expect(gained / possible).toBeGreaterThan(0.85);
  });

  it('separates columns that are large in the same rows', () => {
    // Four columns live in the even rows, four in the odd ones: side by side, half of them would go.
    const columns = Array.from({ length: 8 }, (_, c) =>
      Float32Array.from({ length: 8 }, (_, row) => ((row % 2 === 0) === c < 4 ? 1 : 0)),
    );
    const { before, after } = columnOrder(columns, { n: 2, m: 4, random: next });
    expect([before, after]).toEqual([16, 32]);
  });

  it('proposes by some rows and gains in all, and stops when its budget is spent', () => {
    const columns = normals(32, 2000);
    const { before, after, order } = columnOrder(columns, { n: 2, m: 4, random: next });
    expect(after).toBeGreaterThan(before);
    expect(after / kept(columns, order, 2, 4)).toBeCloseTo(1, 6);
    expect(columnOrder(columns, { n: 2, m: 4, random: next, budget: 1 }).after).toBe(before);
  });

  it('is the same for the same seed', () => {
    const columns = normals(32, 600);
    const once = () => {
      const own = seeded(3);
      return columnOrder(columns, { n: 2, m: 4, random: () => own.next() }).order;
    };
    expect(once()).toEqual(once());
  });
});

describe('channels in another order', () => {
  function net() {
    const builder = new Net();
    const stem = builder.relu(builder.norm(builder.conv(builder.image(3, 8), 16, 'stem'), 'bn'));
    const inner = builder.relu(builder.conv(stem, 24, 'one'));
    const sum = builder.add(builder.conv(inner, 16, 'two'), stem);
    const pooled = builder.op('adaptiveAvgPool2d', [sum], { output: 1 });
    return builder.finish(builder.linear(builder.flatten(pooled), 10, 'fc'));
  }

  it('keep more of the layers that read them, and the weights are the same values', () => {
    const graph = net();
    const { weights } = randomModel(graph, 5);
    const layers = matrixLayers(graph).filter(({ matrix }) => twoFour.fits(matrix).ok);
    const found = permuteChannels(graph, weights, layers, { n: 2, m: 4 }, next);
    expect(found.after).toBeGreaterThan(found.before);
    expect(found.groups).toEqual(['stem', 'one']);
    for (const [name, { data, shape }] of weights) {
      const other = found.weights.get(name)!;
      expect(other.shape).toEqual(shape);
      expect([...other.data].sort()).toEqual([...data].sort());
    }
    // What the model answers with has no order of its own.
    expect([...found.weights.get('fc.bias')!.data]).toEqual([...weights.get('fc.bias')!.data]);
  });

  it('there and back is what it was', () => {
    const graph = net();
    const { weights } = randomModel(graph, 6);
    const group = couple(graph).groups.find(({ id }) => id === 'stem')!;
    const order = Uint32Array.from({ length: group.channels }, (_, i) => (i * 5) % group.channels);
    const back = new Uint32Array(order.length);
    order.forEach((channel, i) => (back[channel] = i));
    const there = applySlices(weights, reorder(graph, new Map([['stem', order]])));
    expect(there.get('stem.weight')!.data).not.toEqual(weights.get('stem.weight')!.data);
    expect(applySlices(there, reorder(graph, new Map([['stem', back]])))).toEqual(new Map(weights));
  });

  it('refuses what is no order, and channels that have a place', () => {
    const graph = net();
    const say = (id: string, order: number[]) => () =>
      reorder(graph, new Map([[id, Uint32Array.from(order)]]));
    expect(say('nowhere', [0])).toThrow('has no group of channels nowhere');
    expect(say('fc', [...Array(10).keys()])).toThrow(
      "channels of fc keep their places: it feeds the model's output",
    );
    expect(say('stem', [0, 0])).toThrow('2 places are no order of the 16 channels of stem');
  });
});
