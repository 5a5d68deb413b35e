// Takes packed bits apart by TensorFlow's op on integers.
import { tf } from '../../../tf';
import { execute, type Info, type KernelCall } from './execute';

/** inputs words [W]; output [32, W] integers: not 0 where bit i of word j is 1. */
export function bits({ backend, inputs }: KernelCall): Info {
  const { words } = inputs as { words: Info };
  const each = Int32Array.from({ length: 32 }, (_, bit) => 1 << bit);
  const powers = tf.tensor2d(each, [32, 1], 'int32');
  const [out] = execute(backend, 'BitwiseAnd', [powers, words], {}, 1, backend.binding.TF_INT32) as [Info];
  powers.dispose();
  return out;
}
