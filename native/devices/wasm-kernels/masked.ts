// Zeroes what a mask prunes, reading the mask's bits as they are packed.
import { runs } from '../../kernels/packed-bits';
import { allocate, type Info, type KernelCall } from './heap';
import { address, simd } from './simd/module';

/** inputs x, words (packed bits); output x where its bit is 1, else 0. attrs: start, the bit of x's first element. */
export function masked({ backend, inputs, attrs }: KernelCall): Info {
  const { x, words } = inputs as { x: Info; words: Info };
  const out = allocate(backend, x.shape);
  const size = x.shape.reduce((n, dim) => n * dim, 1);
  const [from, bits, to] = [x, words, out].map((tensor) => address(backend, tensor)) as [
    number,
    number,
    number,
  ];
  for (const run of runs(words.shape[0]!, attrs['start'] as number, size)) {
    const at = 4 * run.from;
    simd(backend, 'masked', from + at, bits + 4 * run.word, to + at, 4 * run.count, 1 << run.bit);
  }
  return out;
}
