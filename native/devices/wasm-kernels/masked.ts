// Zeroes what masks prune, reading their bits as they are packed.
import { runs } from '../../kernels/packed-bits';
import { allocate, type Info, type KernelCall } from './heap';
import { address, simd } from './simd/module';

/** See native/kernels/packed-masks.ts. */
export function masked({ backend, inputs, attrs }: KernelCall): Info[] {
  const { words, ...xs } = inputs as { words: Info } & Record<string, Info>;
  const starts = attrs['starts'] as readonly number[];
  return Object.values(xs).map((x, i) => {
    const out = allocate(backend, x.shape);
    const size = x.shape.reduce((n, dim) => n * dim, 1);
    const [from, bits, to] = [x, words, out].map((tensor) => address(backend, tensor)) as [
      number,
      number,
      number,
    ];
    for (const run of runs(words.shape[0]!, starts[i]!, size)) {
      const at = 4 * run.from;
      simd(backend, 'masked', from + at, bits + 4 * run.word, to + at, 4 * run.count, 1 << run.bit);
    }
    return out;
  });
}
