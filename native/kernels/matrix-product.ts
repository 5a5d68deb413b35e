// Products of matrices whose leading axes broadcast, with gradients that add up again what was broadcast.
import { tf } from '../tf';

/** a × b over the last two axes; the others broadcast (NumPy's rule). Both have two axes at least. */
export function matrixProduct(
  a: tf.Tensor,
  b: tf.Tensor,
  { transposeB = false }: { readonly transposeB?: boolean } = {},
): tf.Tensor {
  const [left, right] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  if (left.join() === right.join()) return tf.matMul(a, b, false, transposeB);
  const width = transposeB ? b.shape.at(-2)! : b.shape.at(-1)!;
  // One matrix for all rows: a plain product, which is also the fastest.
  if (right.every((dim) => dim === 1)) {
    const rows = a.reshape<tf.Tensor2D>([-1, a.shape.at(-1)!]);
    const y = tf.matMul(
      rows,
      b.reshape<tf.Tensor2D>(b.shape.slice(-2) as [number, number]),
      false,
      transposeB,
    );
    const lead = Array.from({ length: Math.max(0, right.length - left.length) }, () => 1);
    return y.reshape([...lead, ...a.shape.slice(0, -1), width]);
  }
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(left, right);
  return tf.matMul(spread(a, batch), spread(b, batch), false, transposeB);
}

/** As a product with ones, whose gradient is the sum. */
function spread(x: tf.Tensor, batch: readonly number[]): tf.Tensor {
  const own = x.shape.slice(0, -2);
  if (own.join() === batch.join()) return x;
  const lead = batch.slice(0, batch.length - own.length).map(() => 1);
  const full = x.reshape([...lead, ...x.shape]);
  const counts = batch.map((dim, i) => dim / full.shape[i]!);
  return tf.mul(full, tf.ones([...counts, 1, 1]));
}
