// The selective scan on WASM beside TF.js' own CPU backend and finite differences, cut in stretches, and without leaks.
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { wasmDevice } from '../../../native/devices/wasm';
import { selectiveScan } from '../../../native/kernels/selective-scan';
import { tf } from '../../../native/tf';

beforeAll(() => wasmDevice(path.resolve('dist')).activate());
afterEach(async () => {
  await tf.setBackend('wasm');
});

interface Sizes {
  readonly length: number;
  readonly channels?: number;
  readonly groups?: number;
  readonly decay?: number;
}

function drawn({ length, channels = 4, groups = 1, decay }: Sizes): tf.Tensor[] {
  const [batch, state] = [2, 3];
  const draw = (shape: number[], low: number, high: number, seed: number) =>
    tf.randomUniform(shape, low, high, 'float32', seed);
  const along = [length, batch, channels];
  return [
    draw(along, -1, 1, 1),
    draw(along, 0.1, 1, 2),
    decay === undefined ? draw([channels, state], -1.5, -0.2, 3) : tf.fill<tf.Rank>([channels, state], decay),
    draw([length, batch, groups, state], -1, 1, 4),
    draw([length, batch, groups, state], -1, 1, 5),
  ];
}

const sum =
  (held?: number) =>
  (...[u, delta, a, b, c]: tf.Tensor[]): tf.Scalar => {
    const y = selectiveScan({ u: u!, delta: delta!, a: a!, b: b!, c: c! }, held);
    return tf.sum(tf.mul(y, tf.randomUniform(y.shape, -1, 1, 'float32', 9)));
  };

const gradients = (inputs: tf.Tensor[], held?: number): Float32Array[] =>
  tf.tidy(() =>
    tf
      .grads(sum(held))(inputs)
      .map((x) => Float32Array.from(x.dataSync<'float32'>())),
  );

function near(a: readonly Float32Array[], b: readonly Float32Array[], tolerance: number): void {
  for (const [i, x] of a.entries()) {
    const most = x.reduce((m, value) => Math.max(m, Math.abs(value)), 1e-6);
    const apart = x.reduce((m, value, at) => Math.max(m, Math.abs(value - b[i]![at]!)), 0);
    expect(apart / most, `gradient ${i}`).toBeLessThan(tolerance);
  }
}

describe('the selective scan', () => {
  it.each<Sizes>([{ length: 1 }, { length: 7 }, { length: 33 }, { length: 20, groups: 2 }])(
    'has the gradients of the CPU backend (%o)',
    async (sizes) => {
      const here = gradients(drawn(sizes));
      await tf.setBackend('cpu');
      near(gradients(drawn(sizes)), here, 1e-5);
    },
  );

  it('has the gradients of finite differences', () => {
    const inputs = drawn({ length: 11 });
    const own = gradients(inputs);
    for (const [i, x] of inputs.entries()) {
      const values = x.dataSync<'float32'>();
      const at = Math.floor(values.length / 2);
      const moved = (by: number): number => {
        const other = Float32Array.from(values);
        other[at]! += by;
        return sum()(...inputs.with(i, tf.tensor(other, x.shape))).dataSync()[0]!;
      };
      expect((moved(0.01) - moved(-0.01)) / 0.02, `input ${i}`).toBeCloseTo(own[i]![at]!, 2);
    }
  });

  it('computes the same in stretches of time', () => {
    const inputs = drawn({ length: 100 });
    near(gradients(inputs), gradients(inputs, 1), 1e-5);
    const y = (held?: number) => {
      const [u, delta, a, b, c] = inputs;
      return selectiveScan({ u: u!, delta: delta!, a: a!, b: b!, c: c! }, held).dataSync<'float32'>();
    };
    near([y()], [y(1)], 1e-5);
  });

  it.each([-50, -1e4])('stays finite where a step forgets everything (A of %d)', (decay) => {
    const inputs = drawn({ length: 40, decay });
    const all = [...gradients(inputs), sum()(...inputs).dataSync()];
    expect(all.every((values) => values.every(Number.isFinite))).toBe(true);
  });

  it('leaves no tensor behind', () => {
    const inputs = drawn({ length: 50 });
    gradients(inputs, 1);
    const before = tf.memory().numTensors;
    gradients(inputs, 1);
    tf.tidy(() => sum(1)(...inputs)).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
