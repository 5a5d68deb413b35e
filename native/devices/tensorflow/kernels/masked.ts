// Zeroes what masks prune: the bits of all of them are taken apart at once, as that takes as many ops as those of one.
import { tf } from '../../../tf';
import { execute, free, type Info, type KernelCall, type TensorFlowBackend } from './execute';

const integers = { T: { type: 'TF_INT32' } } as const;
const booleans = { T: { type: 'TF_BOOL' } } as const;

/** See native/kernels/packed-masks.ts. */
export function masked({ backend, inputs, attrs }: KernelCall): Info[] {
  const { words, ...given } = inputs as { words: Info } & Record<string, Info>;
  const [starts, xs] = [attrs['starts'] as readonly number[], Object.values(given)];
  const pieces = apart(backend, words, starts, xs);
  const zero = tf.scalar(0);
  const out = xs.map((x, i) => {
    const sizes = tf.tensor1d([...x.shape], 'int32');
    const [keep] = execute(backend, 'Reshape', [pieces[i]!, sizes], booleans) as [Info];
    const [y] = execute(backend, 'SelectV2', [keep, x, zero]) as [Info];
    free(backend, keep);
    sizes.dispose();
    return y;
  });
  zero.dispose();
  free(backend, ...pieces);
  return out;
}

/** The bits of each as booleans, in one axis. */
function apart(
  backend: TensorFlowBackend,
  words: Info,
  starts: readonly number[],
  xs: readonly Info[],
): Info[] {
  const count = words.shape[0]!;
  const sizes: number[] = [];
  let at = 0;
  for (const [i, { shape }] of xs.entries()) {
    const size = shape.reduce((n, dim) => n * dim, 1);
    sizes.push(starts[i]! - at, size);
    at = starts[i]! + size;
  }
  sizes.push(32 * count - at);
  const each = Int32Array.from({ length: 32 }, (_, bit) => 1 << bit);
  const powers = tf.tensor2d(each, [32, 1], 'int32');
  const [length, lengths] = [tf.tensor1d([32 * count], 'int32'), tf.tensor1d(sizes, 'int32')];
  const none = tf.scalar(0, 'int32');
  const [both] = execute(backend, 'BitwiseAnd', [powers, words], integers) as [Info];
  const [set] = execute(backend, 'NotEqual', [both, none], integers) as [Info];
  const [flat] = execute(backend, 'Reshape', [set, length], booleans) as [Info];
  const how = { ...booleans, num_split: { whole: sizes.length } };
  const parts = execute(backend, 'SplitV', [flat, lengths, none], how, sizes.length);
  free(backend, both, set, flat);
  tf.dispose([powers, length, lengths, none]);
  // Between those that are wanted lie others, if only of no length.
  free(backend, ...parts.filter((_, i) => i % 2 === 0));
  return parts.filter((_, i) => i % 2 === 1);
}
