// Whole-number grids, their packing in 2:4 and in pairs of 4:8, and the tensors that are trained on them.
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../core/graph/builder';
import { N } from '../../../core/graph/shape';
import { transformerBlocks } from '../../../core/graph/transformer-blocks';
import { type Bits, fromInts, largestInt, rowScales, toInts } from '../../../core/quantisation/grid';
import { quantise } from '../../../core/quantisation/grouped';
import { pack, packedRatio, unpack } from '../../../core/quantisation/packing';
import { roundHalfEven } from '../../../core/round-half-even';
import { packedPatterns } from '../../../core/sparsity/compressed';
import { isKept, type Mask, unpackMask } from '../../../core/sparsity/mask';
import { twoFour } from '../../../core/sparsity/patterns/n-m';
import { fourEightPairs } from '../../../core/sparsity/patterns/pairs';
import { wasmDevice } from '../../../native/devices/wasm';
import { tf } from '../../../native/tf';
import { seeded } from '../../../training/executor/random';
import { fakeQuant, fakeQuantWeight } from '../../../training/quantisation/fake-quant';
import { Magnitudes } from '../../../training/quantisation/percentile';

// What trains on every machine.
beforeAll(() => wasmDevice(path.resolve('dist')).activate());

const [rows, cols] = [6, 32];
const drawn = (seed: number) => {
  const random = seeded(seed);
  return Float32Array.from({ length: rows * cols }, () => random.normal());
};
const masked = (weights: Float32Array, mask: Mask) => {
  const keep = unpackMask(mask);
  return weights.map((value, i) => value * keep[i]!);
};

describe('a grid', () => {
  it.each<Bits>([8, 4])(
    'of %i bits moves no weight by more than half a step, and none that lies on it',
    (bits) => {
      const weights = drawn(1);
      const scales = rowScales(weights, rows, bits);
      const on = fromInts(toInts(weights, scales, bits), scales);
      on.forEach((value, i) =>
        expect(Math.abs(value - weights[i]!)).toBeLessThanOrEqual(0.5001 * scales[Math.floor(i / cols)]!),
      );
      expect(toInts(on, rowScales(on, rows, bits), bits)).toEqual(toInts(weights, scales, bits));
      expect(Math.max(...toInts(weights, scales, bits))).toBeLessThanOrEqual(largestInt(bits));
    },
  );

  it('rounds halves to even, as tensors do, and takes a row of zeros', async () => {
    const halves = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.49, -3.51];
    const rounded = await tf.round(tf.tensor1d(halves)).data();
    // A zero has a sign on some devices.
    expect(halves.map(roundHalfEven)).toEqual(Array.from(rounded, (value) => value + 0));
    const zeros = new Float32Array(8);
    const scales = rowScales(zeros, 1, 8);
    expect(fromInts(toInts(zeros, scales, 8), scales)).toEqual(zeros);
  });
});

describe.each<Bits>([8, 4])('a weight that lies in the middle between two of %i bits', (bits) => {
  const most = largestInt(bits);
  // Scales that are powers of two, so that every quotient is exact: k + ½ for each k there is, of both signs.
  const ties = Array.from({ length: most }, (_, k) => k + 0.5);
  const row = [...ties, ...ties.map((x) => -x), most, -most];
  const even = row.map(
    (x) => Math.sign(x) * (Number.isInteger(x) ? Math.abs(x) : 2 * Math.round(Math.abs(x) / 2)),
  );

  it.each([1, 0.25, 2 ** -10])(
    'goes to the even one, at a scale of %d, wherever it is rounded',
    async (scale) => {
      const weights = Float32Array.from(row, (x) => x * scale);
      const scales = rowScales(weights, 1, bits);
      expect([...scales]).toEqual([scale]);
      const wanted = even.map((x) => x + 0);
      const same = (codes: Iterable<number>) => expect(Array.from(codes, (code) => code + 0)).toEqual(wanted);
      same(toInts(weights, scales, bits));
      same(quantise(weights, row.length, { bits }).codes);
      // In the kernels' layout outputs are last: one output, as many inputs as there are weights.
      const kernel = tf.tensor2d(weights, [row.length, 1]);
      const trained = [fakeQuantWeight(kernel, bits), fakeQuant(kernel, tf.scalar(scale), bits)];
      for (const tensor of trained) same((await tensor.data()).map((value) => value / scale));
      tf.dispose([kernel, ...trained]);
    },
  );
});

describe.each<[string, typeof twoFour, Bits, number]>([
  ['2:4', twoFour, 8, 6.4],
  ['4:8-pairs', fourEightPairs, 4, 12.8],
])('packed %s', (name, pattern, bits, ratio) => {
  const mask = pattern.mask(drawn(2).map(Math.abs), { rows, cols }, 0.5);
  const weights = masked(drawn(2), mask);
  const ints = toInts(weights, rowScales(weights, rows, bits), bits);

  it('comes back as it was, in exactly the bytes that are told', () => {
    const packed = pack(ints, mask, packedPatterns[name]!, bits);
    expect(unpack(packed, packedPatterns[name]!)).toEqual(ints);
    expect((4 * rows * cols) / (packed.values.length + packed.index.length)).toBeCloseTo(ratio, 6);
    expect(packedRatio(packedPatterns[name]!, bits)).toBeCloseTo(ratio, 6);
  });

  it('refuses what does not follow its mask', () => {
    const wrong = ints.slice();
    wrong[[...wrong.keys()].find((i) => !isKept(mask, i))!] = 3;
    expect(() => pack(wrong, mask, packedPatterns[name]!, bits)).toThrow(/do not follow their mask/);
    expect(() => pack(ints.subarray(0, 18), { ...mask, shape: [3, 6] }, packedPatterns[name]!, bits)).toThrow(
      /does not divide into groups of/,
    );
  });
});

it('keeps two whole pairs of four, the heaviest, and the earlier of equals', () => {
  const scores = Float32Array.of(1, 1, 0, 3, 2, 0, 0, 1, 5, 5, 5, 5, 5, 5, 5, 5);
  const mask = fourEightPairs.mask(scores, { rows: 2, cols: 8 }, 0.5);
  expect([...unpackMask(mask)]).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]);
  expect(fourEightPairs.fits({ rows: 2, cols: 12 }).ok).toBe(false);
});

describe('fake quantisation', () => {
  it('holds what whole numbers hold, twice the same, zeros zero, and lets slopes through inside the range', async () => {
    const weights = masked(drawn(3), twoFour.mask(drawn(3).map(Math.abs), { rows, cols }, 0.5));
    // In the kernels' layout outputs are last.
    const kernel = tf.transpose(tf.tensor2d(weights, [rows, cols]));
    const once = fakeQuantWeight(kernel, 8);
    const scales = rowScales(weights, rows, 8);
    const wanted = fromInts(toInts(weights, scales, 8), scales);
    const values = await tf.transpose(once).data();
    values.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 6));
    expect(await fakeQuantWeight(once, 8).data()).toEqual(await once.data());
    const slope = tf.grad((x) => tf.sum(fakeQuant(x, tf.tensor1d([0.1]), 4)))(
      tf.tensor1d([0.2, -0.7, 0.9, -5]),
    );
    expect([...(await slope.data())]).toEqual([1, 1, 0, 0]);
  });

  it('finds the magnitude that so many percent stay below', () => {
    const seen = new Magnitudes();
    seen.add(Float32Array.from({ length: 1000 }, (_, i) => (i % 2 ? -1 : 1) * (i + 1)));
    expect([seen.percentile(100), seen.percentile(99), seen.percentile(50)]).toEqual([1000, 990, 500]);
    expect(new Magnitudes().percentile(50)).toBe(0);
  });
});

it('finds what each block of a transformer hands on', () => {
  const builder = new GraphBuilder('pytorch');
  const linear = (x: string, path: string) =>
    builder.add('linear', [x], { inFeatures: 8, outFeatures: 8, bias: true }, { path })[0]!;
  let x = builder.input([N, 4, 8]);
  for (const block of ['blocks.0', 'blocks.1']) {
    const scores = builder.add(
      'softmax',
      [linear(x, `${block}.qk`)],
      { axis: -1 },
      { path: `${block}.attn` },
    )[0]!;
    x = builder.add('add', [x, linear(scores, `${block}.proj`)], {}, { path: `${block}.add` })[0]!;
    x = builder.add('add', [x, linear(x, `${block}.mlp`)], {}, { path: block })[0]!;
  }
  const head = linear(x, 'head');
  expect(transformerBlocks(builder.finish('vit', [head])).map(({ path }) => path)).toEqual([
    'blocks.0',
    'blocks.1',
  ]);
});
