// Identity, and dropout, which is one at inference.
import { tf } from '../../../native/tf';
import { first, type Kernel, number } from '../kernel';

export const identity: Kernel = { op: 'identity', axes: 'same', run: first };

export const dropout: Kernel = {
  op: 'dropout',
  axes: 'same',
  run(call) {
    const rate = number(call, 'rate', 0.5);
    if (!call.training || rate === 0) return first(call);
    return rate >= 1 ? tf.zerosLike(first(call)) : tf.dropout(first(call), rate, undefined, call.seed);
  },
};
