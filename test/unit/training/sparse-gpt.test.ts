// SparseGPT against brute force on tiny layers, Optimal Brain Surgeon's closed form, and other criteria on outlier features.
import { describe, expect, it } from 'vitest';
import { seeded } from '../../../core/random';
import { criteria } from '../../../core/sparsity/criteria/table';
import { density, unpackMask } from '../../../core/sparsity/mask';
import { nm } from '../../../core/sparsity/patterns/n-m';
import { unstructured } from '../../../core/sparsity/patterns/unstructured';
import { scopedMasks } from '../../../core/sparsity/scoped-masks';
import { inverseFactor, sparseGpt } from '../../../training/sparsity/sparse-gpt';

/** Correlated inputs, a few of them far larger than the rest, as in language models. */
function layer(rows: number, cols: number, samples = 200, seed = 3) {
  const draws = seeded(seed);
  const weights = Float32Array.from({ length: rows * cols }, () => draws.normal());
  const x = new Float64Array(samples * cols);
  for (let s = 0; s < samples; s++) {
    const common = draws.normal();
    for (let j = 0; j < cols; j++) x[s * cols + j] = (draws.normal() + common) * (j % 7 === 0 ? 8 : 1);
  }
  const gram = new Float64Array(cols * cols);
  for (let s = 0; s < samples; s++)
    for (let i = 0; i < cols; i++)
      for (let j = 0; j < cols; j++) gram[i * cols + j]! += x[s * cols + i]! * x[s * cols + j]!;
  return { rows, cols, weights, gram, matrix: { rows, cols } };
}

/** ‖XW − XŴ‖² by way of the Gram matrix. */
function errorOf({ rows, cols, weights, gram }: ReturnType<typeof layer>, pruned: ArrayLike<number>): number {
  let error = 0;
  for (let r = 0; r < rows; r++)
    for (let i = 0; i < cols; i++)
      for (let j = 0; j < cols; j++) {
        const [a, b] = [r * cols + i, r * cols + j];
        error += (weights[a]! - pruned[a]!) * gram[i * cols + j]! * (weights[b]! - pruned[b]!);
      }
  return error;
}

/** Gauss–Jordan. */
function inverse(a: Float64Array, n: number): Float64Array {
  const [m, out] = [Float64Array.from(a), new Float64Array(n * n)];
  for (let i = 0; i < n; i++) out[i * n + i] = 1;
  for (let c = 0; c < n; c++) {
    const pivot = m[c * n + c]!;
    for (let j = 0; j < n; j++)
      [m[c * n + j], out[c * n + j]] = [m[c * n + j]! / pivot, out[c * n + j]! / pivot];
    for (let r = 0; r < n; r++) {
      const factor = m[r * n + c]!;
      if (r === c || factor === 0) continue;
      for (let j = 0; j < n; j++) {
        m[r * n + j]! -= factor * m[c * n + j]!;
        out[r * n + j]! -= factor * out[c * n + j]!;
      }
    }
  }
  return out;
}

/** The least error that one row can have with these weights kept, and all of them free. */
function leastError(of: ReturnType<typeof layer>, kept: readonly number[]): number {
  const { cols, weights, gram } = of;
  const k = kept.length;
  const sub = Float64Array.from(
    { length: k * k },
    (_, i) => gram[kept[Math.floor(i / k)]! * cols + kept[i % k]!]!,
  );
  const right = kept.map((i) => weights.reduce((sum, w, j) => sum + gram[i * cols + j]! * w, 0));
  const inv = inverse(sub, k);
  const best = new Float64Array(cols);
  kept.forEach((i, a) => (best[i] = right.reduce((sum, value, b) => sum + inv[a * k + b]! * value, 0)));
  return errorOf(of, best);
}

const choices = (n: number, k: number): number[][] =>
  Array.from({ length: 2 ** n }, (_, bits) =>
    Array.from({ length: n }, (_, i) => i).filter((i) => bits & (1 << i)),
  ).filter(({ length }) => length === k);

const masked = (of: ReturnType<typeof layer>, id: string) => {
  const { matrix, weights, gram, cols } = of;
  const activations = Float32Array.from({ length: cols }, (_, i) => Math.sqrt(gram[i * cols + i]!));
  const criterion = criteria.get(id)!;
  const scores = criterion.score({ param: 'w', matrix, weights, activations });
  const [mask] = scopedMasks(unstructured, [{ name: 'w', matrix, scores }], 0.5, criterion.scope);
  return unpackMask(mask!).map((bit, i) => bit * weights[i]!);
};

describe('SparseGPT', () => {
  it('factors the damped inverse', () => {
    const { gram, cols } = layer(1, 9);
    const factor = inverseFactor(gram, cols, 0.01);
    const mean = Array.from({ length: cols }, (_, i) => gram[i * cols + i]! / cols).reduce((a, b) => a + b);
    const damped = gram.map((value, i) => value + (i % (cols + 1) === 0 ? 0.01 * mean : 0));
    const expected = inverse(damped, cols);
    for (let i = 0; i < cols; i++)
      for (let j = 0; j < cols; j++) {
        let sum = 0;
        for (let k = 0; k < cols; k++) sum += factor[k * cols + i]! * factor[k * cols + j]!;
        expect(sum).toBeCloseTo(expected[i * cols + j]!, 10);
        if (i > j) expect(factor[i * cols + j]).toBe(0);
      }
  });

  it('one weight gone from the first column is Optimal Brain Surgeon’s closed form: the least error there is', () => {
    const of = layer(1, 6);
    of.weights[0] = 1e-3;
    const { weights, mask } = sparseGpt(of.weights, of.matrix, of.gram, {
      ...{ pattern: unstructured, sparsity: 1 / 6, damping: 1e-9 },
    });
    expect([...unpackMask(mask)]).toEqual([0, 1, 1, 1, 1, 1]);
    expect(errorOf(of, weights) / leastError(of, [1, 2, 3, 4, 5])).toBeCloseTo(1, 2);
  });

  it('lies between brute force and a mask of the largest without compensation', () => {
    let [ours, best, plain] = [0, 0, 0];
    for (let seed = 1; seed <= 12; seed++) {
      const of = layer(1, 8, 60, seed);
      const { weights } = sparseGpt(of.weights, of.matrix, of.gram, { pattern: unstructured, sparsity: 0.5 });
      const error = errorOf(of, weights);
      const least = Math.min(...choices(8, 4).map((kept) => leastError(of, kept)));
      expect(error).toBeGreaterThanOrEqual(least * 0.999);
      [ours, best, plain] = [ours + error, best + least, plain + errorOf(of, masked(of, 'magnitude'))];
    }
    expect(ours).toBeLessThan(plain / 2);
    expect(ours).toBeLessThan(best * 10);
  });

  it('disturbs a layer with outlier features less than Wanda, and Wanda less than magnitude', () => {
    const of = layer(32, 64);
    const own = sparseGpt(of.weights, of.matrix, of.gram, {
      pattern: unstructured,
      sparsity: 0.5,
      block: 16,
    });
    expect(density(own.mask)).toBe(0.5);
    const [gpt, wanda, size] = [own.weights, masked(of, 'wanda'), masked(of, 'magnitude')].map((each) =>
      errorOf(of, each),
    );
    expect(gpt).toBeLessThan(wanda! * 0.8);
    expect(wanda).toBeLessThan(size! * 0.8);
  });

  it.each([unstructured, nm(2, 4)])('without compensation it does worse ($id)', (pattern) => {
    const of = layer(16, 32);
    const options = { pattern, sparsity: 0.5 };
    const whole = sparseGpt(of.weights, of.matrix, of.gram, options);
    const without = sparseGpt(of.weights, of.matrix, of.gram, { ...options, compensate: false });
    expect(errorOf(of, whole.weights)).toBeLessThan(errorOf(of, without.weights) * 0.8);
    unpackMask(whole.mask).forEach((bit, i) => expect(bit === 0 && whole.weights[i] !== 0).toBe(false));
  });

  it('keeps N of every M, and gives the groups of a convolution Hessians of their own', () => {
    const [a, b] = [layer(4, 8, 100, 1), layer(4, 8, 100, 2)];
    const options = { pattern: nm(2, 4), sparsity: 0.5 };
    const both = sparseGpt(
      Float32Array.from([...a.weights, ...b.weights]),
      { rows: 8, cols: 8, groups: 2 },
      Float64Array.from([...a.gram, ...b.gram]),
      options,
    );
    const each = [a, b].map((of) => sparseGpt(of.weights, of.matrix, of.gram, options));
    expect([...both.weights]).toEqual(each.flatMap(({ weights }) => [...weights]));
    const bits = [...unpackMask(both.mask)];
    for (let i = 0; i < bits.length; i += 4)
      expect(bits.slice(i, i + 4).filter((bit) => bit === 1).length).toBe(2);
  });

  it('prunes what never sees an input first, and survives a layer that sees none', () => {
    const of = layer(4, 8);
    for (let i = 0; i < 8; i++) of.gram[i * 8 + 2] = of.gram[2 * 8 + i] = 0;
    const { mask } = sparseGpt(of.weights, of.matrix, of.gram, { pattern: unstructured, sparsity: 0.25 });
    const bits = unpackMask(mask);
    expect([0, 1, 2, 3].map((row) => bits[row * 8 + 2])).toEqual([0, 0, 0, 0]);
    const none = sparseGpt(of.weights, of.matrix, new Float64Array(64), {
      pattern: unstructured,
      sparsity: 0.5,
    });
    expect(density(none.mask)).toBe(0.5);
  });
});
