// Element-wise arithmetic on two tensors, or on a tensor and a number.
import { tf } from '../../../native/tf';
import { toGraphOrder, toNhwc } from '../borders';
import type { Kernel, KernelCall } from '../kernel';

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const rules: Readonly<Record<string, Binary>> = {
  add: (a, b) => tf.add(a, b),
  sub: (a, b) => tf.sub(a, b),
  mul: (a, b) => tf.mul(a, b),
  div: (a, b) => tf.div(a, b),
};

export const binaries: readonly Kernel[] = Object.entries(rules).map(([op, rule]) => ({
  op,
  run: (call) => apply(rule, call),
}));

function apply(rule: Binary, { node, inputs, layout }: KernelCall): tf.Tensor {
  const [a, b] = inputs as [tf.Tensor, tf.Tensor | undefined];
  if (!b) {
    const scalar = tf.scalar(Number(node.attrs['scalar']));
    return node.attrs['reversed'] === true ? rule(scalar, a) : rule(a, scalar);
  }
  // Broadcasting counts axes from the right, so operands of unequal rank meet in the graph's own order.
  if (a.rank === b.rank || layout === 'NHWC') return rule(a, b);
  return toNhwc(rule(toGraphOrder(a, layout), toGraphOrder(b, layout)), layout);
}
