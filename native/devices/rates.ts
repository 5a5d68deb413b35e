// How fast a device really is, on two computations that training consists of.
import { tf } from '../tf';
import type { Device } from './device';

/** FLOPs a second. */
export interface Rates {
  /** 512 × 512 × 512. */
  readonly matmul: number;
  /** 3×3 over 32×32 images, 32 channels to 32, batch 8. */
  readonly convolution: number;
}

/** Rounds beyond the first, which warms up; their median counts. */
const rounds = 5;

export async function measureRates(device: Device): Promise<Rates> {
  await device.activate();
  const [a, b] = [tf.ones([512, 512]), tf.ones([512, 512])];
  const [x, w] = [tf.ones<tf.Rank.R4>([8, 32, 32, 32]), tf.ones<tf.Rank.R4>([3, 3, 32, 32])];
  const matmul = await rate(2 * 512 ** 3, () => tf.matMul(a, b));
  const convolution = await rate(2 * 8 * 32 * 32 * 32 * 32 * 9, () => tf.conv2d(x, w, 1, 'same'));
  tf.dispose([a, b, x, w]);
  return { matmul, convolution };
}

async function rate(flops: number, compute: () => tf.Tensor): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    const y = compute();
    await y.data();
    times.push(performance.now() - start);
    y.dispose();
  }
  const sorted = times.slice(1).sort((p, q) => p - q);
  return flops / (sorted[Math.floor(rounds / 2)]! / 1000);
}
