// The gradients that the WASM backend lacks, against TF.js' own CPU backend and against finite differences.
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { wasmDevice } from '../../../native/devices/wasm';
import { conv2dTrain, depthwiseConv2dTrain } from '../../../native/kernels/convolution';
import { adam, batchNormTrain, relu } from '../../../native/kernels/fused';
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

async function expectSameValue(make: Make, f: (...inputs: tf.Tensor[]) => tf.Tensor): Promise<void> {
  const values: Float32Array[] = [];
  for (const backend of ['wasm', 'cpu']) {
    await tf.setBackend(backend);
    values.push(f(...make()).dataSync<'float32'>());
  }
  const [wasm, cpu] = values as [Float32Array, Float32Array];
  expect(Math.max(...wasm.map((value, i) => Math.abs(value - cpu[i]!)))).toBeLessThan(1e-4);
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

describe('convolutions for training', () => {
  const same = async (
    [x, filter]: [number[], number[]],
    stride: [number, number],
    pad: 'same' | 'valid' | [[0, 0], [number, number], [number, number], [0, 0]],
    dilation: [number, number] = [1, 1],
  ) => {
    const convolve = (a: tf.Tensor, b: tf.Tensor) =>
      conv2dTrain(a as tf.Tensor4D, b as tf.Tensor4D, stride, pad, dilation);
    const make = () => [random(x, 1), random(filter, 2)];
    await expectSame(make, convolve);
    await expectSameValue(make, convolve);
  };

  // Blocks are of 8, 4 or 1 output and 4 or 1 input channels, and overlap at the end: pruned widths meet every case.
  it.each([1, 2, 3, 4, 5, 7, 8, 9, 11, 16, 23])('agree for %i channels in and out', async (channels) => {
    await same(
      [
        [2, 5, 6, channels],
        [3, 3, channels, 6],
      ],
      [1, 1],
      'same',
    );
    await same(
      [
        [2, 5, 6, 6],
        [3, 3, 6, channels],
      ],
      [2, 2],
      'same',
    );
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('agree for images of %i×7 under any stride', async (size) => {
    await same(
      [
        [2, size, 7, 5],
        [1, 3, 5, 9],
      ],
      [1, 2],
      'same',
    );
    await same(
      [
        [3, size, 7, 5],
        [3, 2, 5, 9],
      ],
      [3, 2],
      [
        [0, 0],
        [2, 2],
        [1, 1],
        [0, 0],
      ],
    );
    await same(
      [
        [1, size, 7, 5],
        [1, 1, 5, 9],
      ],
      [2, 3],
      'valid',
    );
  });

  it('agree under dilation', async () => {
    await same(
      [
        [2, 9, 8, 3],
        [3, 3, 3, 5],
      ],
      [1, 1],
      'same',
      [2, 2],
    );
    await same(
      [
        [2, 9, 8, 3],
        [3, 2, 3, 5],
      ],
      [1, 1],
      [
        [0, 0],
        [2, 2],
        [3, 3],
        [0, 0],
      ],
      [2, 3],
    );
    await same(
      [
        [2, 11, 12, 3],
        [3, 3, 3, 5],
      ],
      [2, 3],
      'valid',
      [2, 2],
    );
  });

  it.each([1, 3, 4, 17, 20])('agree for %i channels apart', async (channels) => {
    for (const [stride, dilation] of [
      [1, 1],
      [2, 1],
      [1, 2],
    ] as const) {
      await expectSame(
        () => [random([2, 7, 6, channels], 1), random([3, 3, channels, 2], 2)],
        (a, b) =>
          depthwiseConv2dTrain(a as tf.Tensor4D, b as tf.Tensor4D, [stride, stride], 'same', [
            dilation,
            dilation,
          ]),
      );
      await expectSame(
        () => [random([2, 7, 6, channels], 1), random([3, 3, channels, 1], 2)],
        (a, b) =>
          depthwiseConv2dTrain(a as tf.Tensor4D, b as tf.Tensor4D, [stride, stride], 'same', [
            dilation,
            dilation,
          ]),
      );
    }
  });
});

describe('other gradients on WASM equal the CPU backend’s', () => {
  it.each([1, 3, 4, 19])('max and average pooling of %i channels', async (channels) => {
    const make = () => [random([2, 8, 7, channels], 3)];
    // Rounded, so that maxima are often shared: the first of equal ones has the gradient.
    const coarse = () => [tf.round(random([2, 8, 7, channels], 3))];
    for (const [size, stride, pad] of [
      [2, 2, 'valid'],
      [3, 2, 'same'],
      [3, 1, 'same'],
      [2, 3, 'valid'],
    ] as const) {
      await expectSame(make, (x) => tf.maxPool(x as tf.Tensor4D, size, stride, pad));
      // The CPU backend's average is wrong where a window hangs over the edge.
      if (pad === 'valid') await expectSame(make, (x) => tf.avgPool(x as tf.Tensor4D, size, stride, pad));
      await expectSame(coarse, (x) => tf.maxPool(x as tf.Tensor4D, size, stride, pad));
    }
  });

  it('average pooling over the edge, which is linear: its gradient at one image tells the value at any other', () => {
    const pool = (x: tf.Tensor) => tf.sum(tf.mul(tf.avgPool(x as tf.Tensor4D, 3, 2, 'same'), weights));
    const weights = random([2, 4, 4, 5], 1);
    const gradient = tf.grad(pool)(random([2, 8, 7, 5], 2));
    const other = random([2, 8, 7, 5], 3);
    const told = tf.sum(tf.mul(gradient, other)).dataSync()[0]!;
    expect(told).toBeCloseTo(pool(other).dataSync()[0]!, 4);
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

  it.each([1, 3, 4, 6, 16, 37])('batch normalisation of %i channels', async (channels) => {
    // More rows than one chunk of the sums, and a mean far from zero.
    const make = () => [
      tf.add(random([9, 7, 11, channels], 1), 5),
      random([channels], 2),
      random([channels], 3),
    ];
    const normalise = (x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) =>
      batchNormTrain(x, scale as tf.Tensor1D, offset as tf.Tensor1D, 1e-5, () => undefined);
    await expectSame(make, normalise);
    await expectSameValue(make, normalise);
  });

  it.each([1, 2, 3, 4, 5, 50])('an Adam step on %i weights', async (count) => {
    const make = () => [
      random([count], 1),
      random([count], 2),
      random([count], 3),
      tf.abs(random([count], 4)),
    ];
    const attrs = { rate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-6 };
    for (const i of [0, 1, 2]) {
      await expectSameValue(make, (value, g, m, v) => adam(value, g, m, v, attrs)[i]!);
    }
  });
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
