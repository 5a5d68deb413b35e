// The gradients that the WASM backend lacks, against TF.js' own CPU backend and against finite differences.
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { wasmDevice } from '../../../native/devices/wasm';
import { batchNormTrain, relu } from '../../../native/kernels/fused';
import { tf } from '../../../native/tf';

beforeAll(() => wasmDevice(path.resolve('dist')).activate());
afterEach(async () => {
  await tf.setBackend('wasm');
});

type Make = () => tf.Tensor[];

/** Gradients of a function's weighted sum with respect to all its inputs, on a backend. */
async function gradients(
  backend: string,
  make: Make,
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
): Promise<Float32Array[]> {
  await tf.setBackend(backend);
  const inputs = make();
  const weighted = (...args: tf.Tensor[]) => {
    const y = f(...args);
    return tf.sum(tf.mul(y, tf.randomNormal(y.shape, 0, 1, 'float32', 7)));
  };
  return tf
    .grads(weighted)(inputs)
    .map((gradient) => gradient.dataSync<'float32'>());
}

async function expectSame(make: Make, f: (...inputs: tf.Tensor[]) => tf.Tensor): Promise<void> {
  const [wasm, cpu] = [await gradients('wasm', make, f), await gradients('cpu', make, f)];
  wasm.forEach((values, i) => {
    const scale = Math.max(...cpu[i]!.map(Math.abs), 1);
    const worst = Math.max(...values.map((value, k) => Math.abs(value - cpu[i]![k]!)));
    expect(worst / scale, `gradient ${i}`).toBeLessThan(2e-5);
  });
}

const random = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);

describe('convolution gradients on WASM equal the CPU backend’s', () => {
  const cases: [
    string,
    number[],
    number[],
    number | [number, number],
    'same' | 'valid' | [[0, 0], [number, number], [number, number], [0, 0]],
  ][] = [
    ['3×3, same', [2, 7, 6, 3], [3, 3, 3, 5], 1, 'same'],
    ['3×3, stride 2, same', [2, 8, 8, 3], [3, 3, 3, 4], 2, 'same'],
    ['3×3, stride 2, same, odd size', [3, 7, 9, 2], [3, 3, 2, 4], 2, 'same'],
    [
      '3×3, stride 2, padded by one',
      [2, 8, 8, 3],
      [3, 3, 3, 4],
      2,
      [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ],
    ],
    ['1×1', [2, 5, 5, 4], [1, 1, 4, 6], 1, 'valid'],
    ['1×1, stride 2', [2, 8, 8, 4], [1, 1, 4, 6], 2, 'valid'],
    ['1×1, stride 2, odd size', [2, 7, 7, 4], [1, 1, 4, 6], 2, 'valid'],
    ['5×3, stride [3, 2], valid, rows left over', [2, 13, 10, 2], [5, 3, 2, 3], [3, 2], 'valid'],
    [
      '7×7 on one channel, padded by three',
      [1, 14, 14, 1],
      [7, 7, 1, 8],
      2,
      [
        [0, 0],
        [3, 3],
        [3, 3],
        [0, 0],
      ],
    ],
    [
      '2×2, padded more than the filter',
      [1, 4, 4, 1],
      [2, 2, 1, 2],
      1,
      [
        [0, 0],
        [3, 3],
        [3, 3],
        [0, 0],
      ],
    ],
  ];
  it.each(cases)('%s', (_, x, filter, strides, pad) =>
    expectSame(
      () => [random(x, 1), random(filter, 2)],
      (a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, strides, pad),
    ),
  );

  it.each([
    ['3×3', 1, 1],
    ['3×3, stride 2', 2, 1],
    ['multiplier 2', 1, 2],
  ] as const)('depthwise %s', (_, stride, multiplier) =>
    expectSame(
      () => [random([2, 7, 6, 3], 1), random([3, 3, 3, multiplier], 2)],
      (a, b) => tf.depthwiseConv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, 'same'),
    ),
  );
});

describe('other gradients on WASM equal the CPU backend’s', () => {
  it('max and average pooling', async () => {
    const make = () => [random([2, 8, 8, 3], 3)];
    await expectSame(make, (x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid'));
    await expectSame(make, (x) => tf.avgPool(x as tf.Tensor4D, 3, 2, 'valid'));
  });

  it('matrix products, transposed or not', () =>
    expectSame(
      () => [random([4, 7], 1), random([7, 5], 2)],
      (a, b) => tf.matMul(a, b),
    ));

  it('a lookup', () =>
    expectSame(
      () => [random([6, 4], 1)],
      (table) => tf.gather(table, [1, 3, 3, 0]),
    ));

  it('ReLU', () =>
    expectSame(
      () => [random([3, 50], 1)],
      (x) => relu(x),
    ));

  it('batch normalisation with this batch’s statistics', () =>
    expectSame(
      () => [random([4, 5, 5, 6], 1), random([6], 2), random([6], 3)],
      (x, scale, offset) =>
        batchNormTrain(x, scale as tf.Tensor1D, offset as tf.Tensor1D, 1e-5, () => undefined),
    ));
});

describe('a convolution’s gradient', () => {
  it('agrees with finite differences', async () => {
    await tf.setBackend('wasm');
    const x = random([1, 5, 5, 2], 1) as tf.Tensor4D;
    const filter = random([3, 3, 2, 2], 2) as tf.Tensor4D;
    const f = (w: tf.Tensor4D) => tf.sum<tf.Scalar>(tf.square(tf.conv2d(x, w, 2, 'same')));
    const gradient = tf
      .grad((w) => f(w as tf.Tensor4D))(filter)
      .dataSync();
    const step = 1e-2;
    for (const index of [0, 7, 20, 35]) {
      const bump = tf.tensor4d(
        Float32Array.from({ length: 36 }, (_, i) => (i === index ? step : 0)),
        [3, 3, 2, 2],
      );
      const difference =
        (f(filter.add(bump)).dataSync()[0]! - f(filter.sub(bump)).dataSync()[0]!) / (2 * step);
      expect(Math.abs(difference - gradient[index]!)).toBeLessThan(0.02 * Math.max(1, Math.abs(difference)));
    }
  });
});
