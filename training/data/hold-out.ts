// Splits samples that come in one heap: a share for testing, drawn from a seed, the same for everyone.
import { seeded, seedFor } from '../executor/random';

/** @param test how many are held out. Throws one line when nothing would be left to train on, or to test on. */
export function holdOut(
  count: number,
  test: number,
  what: string,
  seed = 0,
): { train: Int32Array; test: Int32Array } {
  if (count === 0) throw new Error(`${what} has no samples`);
  if (test < 1 || test >= count)
    throw new Error(
      `${what} has ${count} samples: holding out ${test} for testing leaves none to ${test < 1 ? 'test' : 'train'} on`,
    );
  const random = seeded(seedFor(seed, 'hold out'));
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return { test: order.slice(0, test).sort(), train: order.slice(test).sort() };
}
