// Zeroes what masks prune: the bits of all of them are taken apart at once, as that takes as many ops as those of one.
import { tf } from '../../../tf';
import {
  execute,
  free,
  type Info,
  type KernelCall,
  reshape,
  type TensorFlowBackend,
  type TypeName,
} from './execute';

const integers = { T: { type: 'TF_INT32' } } as const;
const bytes = { T: { type: 'TF_UINT8' } } as const;

/** See native/kernels/packed-masks.ts. */
export function masked({ backend, inputs, attrs }: KernelCall): Info[] {
  const { words, ...given } = inputs as { words: Info } & Record<string, Info>;
  const [starts, xs] = [attrs['starts'] as readonly number[], Object.values(given)];
  const flat = apart(backend, words);
  const pieces = split(backend, flat, starts, xs);
  free(backend, flat);
  const out = xs.map((x, i) => {
    const keep = reshape(backend, pieces[i]!, x.shape);
    // Zero where the mask is, whatever stood there. A choice by booleans takes four times as long.
    const [y] = execute(backend, 'MulNoNan', [x, keep]) as [Info];
    free(backend, keep);
    return y;
  });
  free(backend, ...pieces);
  return out;
}

/**
 * Every bit as 1 or 0, in one axis. In bytes, of which four times as many go through a core at once as of words: byte b of
 * W words are the bits 8·b·W … 8·(b+1)·W, its lowest bits first.
 */
function apart(backend: TensorFlowBackend, words: Info): Info {
  const count = words.shape[0]!;
  const order = tf.tensor1d([1, 0], 'int32');
  const each = Array.from({ length: 8 }, (_, bit) => 1 << bit);
  const ones = tf.tensor2d(each, [8, 1], 'int32');
  const [wide] = execute(backend, 'Bitcast', [words], { ...integers, type: { type: 'TF_UINT8' } }) as [Info];
  const [turned] = execute(backend, 'Transpose', [wide, order], bytes) as [Info];
  const lines = reshape(backend, turned, [4, 1, count], bytes);
  const powers = cast(backend, ones, 'TF_INT32', 'TF_UINT8');
  const [both] = execute(backend, 'BitwiseAnd', [lines, powers], bytes) as [Info];
  const set = cast(backend, both, 'TF_UINT8', 'TF_BOOL');
  const numbers = cast(backend, set, 'TF_BOOL', 'TF_FLOAT');
  const flat = reshape(backend, numbers, [32 * count]);
  free(backend, wide, turned, lines, powers, both, set, numbers);
  tf.dispose([order, ones]);
  return flat;
}

/** The numbers of each tensor, in one axis; between them may lie those of others. */
function split(
  backend: TensorFlowBackend,
  flat: Info,
  starts: readonly number[],
  xs: readonly Info[],
): Info[] {
  const sizes: number[] = [];
  const wanted: number[] = [];
  const take = (size: number) => {
    if (size > 0) sizes.push(size);
  };
  let at = 0;
  for (const [i, { shape }] of xs.entries()) {
    take(starts[i]! - at);
    wanted.push(sizes.length);
    const size = shape.reduce((n, dim) => n * dim, 1);
    sizes.push(size);
    at = starts[i]! + size;
  }
  take(flat.shape[0]! - at);
  const [lengths, axis] = [tf.tensor1d(sizes, 'int32'), tf.scalar(0, 'int32')];
  const how = { num_split: { whole: sizes.length } };
  const parts = execute(backend, 'SplitV', [flat, lengths, axis], how, sizes.length);
  tf.dispose([lengths, axis]);
  const pieces = wanted.map((place) => parts[place]!);
  free(backend, ...parts.filter((part) => !pieces.includes(part)));
  return pieces;
}

const cast = (backend: TensorFlowBackend, x: Info, from: TypeName, to: TypeName): Info =>
  execute(backend, 'Cast', [x], { T: null, SrcT: { type: from }, DstT: { type: to } })[0]!;
