// Einstein summation: sums over the letters that the output does not name, as products of matrices.
import { axisNames } from '../../../core/graph/ops/einsum';
import { matrixProduct } from '../../../native/kernels/matrix-product';
import { tf } from '../../../native/tf';
import type { Kernel } from '../kernel';

export const einsum: Kernel = {
  op: 'einsum',
  axes: 'graph',
  run: ({ node, inputs }) => summed(inputs, node.attrs['equation']),
};

/** A tensor whose axes have names. */
interface Named {
  readonly x: tf.Tensor;
  readonly names: readonly string[];
}

export function summed(inputs: readonly tf.Tensor[], equation: unknown): tf.Tensor {
  const { terms, output } = axisNames(
    inputs.map(({ shape }) => shape),
    equation,
  );
  const all = inputs.map((x, i) => withoutTwins({ x, names: terms[i]! }));
  const result = all.reduce((left, right, i) => {
    const later = all.slice(i + 1).flatMap(({ names }) => names);
    return contracted(left, right, new Set([...output, ...later]));
  });
  const kept = keptOnly(result, new Set(output));
  return ordered(kept, output);
}

/** One letter twice in a term is its diagonal: what lies beside it counts as zero, and one of the axes is summed. */
function withoutTwins({ x, names }: Named): Named {
  const twin = names.findIndex((name, i) => names.indexOf(name) < i);
  if (twin < 0) return { x, names };
  const other = names.indexOf(names[twin]!);
  const eye = tf.eye(x.shape[other]!).reshape(x.shape.map((dim, i) => (i === other || i === twin ? dim : 1)));
  return withoutTwins({ x: tf.sum(tf.mul(x, eye), twin), names: names.filter((_, i) => i !== twin) });
}

/** Sums over the axes that nobody asks for. */
function keptOnly({ x, names }: Named, wanted: ReadonlySet<string>): Named {
  const gone = names.flatMap((name, i) => (wanted.has(name) ? [] : [i]));
  return gone.length === 0
    ? { x, names }
    : { x: tf.sum(x, gone), names: names.filter((name) => wanted.has(name)) };
}

function ordered({ x, names }: Named, wanted: readonly string[]): tf.Tensor {
  return x.transpose(wanted.map((name) => names.indexOf(name)));
}

/** The product of two, summed over what only they share and nobody else wants. */
function contracted(a: Named, b: Named, wanted: ReadonlySet<string>): Named {
  const left = keptOnly(a, new Set([...wanted, ...b.names]));
  const right = keptOnly(b, new Set([...wanted, ...a.names]));
  const shared = left.names.filter((name) => right.names.includes(name));
  const batch = shared.filter((name) => wanted.has(name));
  const over = shared.filter((name) => !wanted.has(name));
  const rows = left.names.filter((name) => !shared.includes(name));
  const columns = right.names.filter((name) => !shared.includes(name));
  const sizes = new Map<string, number>();
  for (const { x, names } of [left, right])
    names.forEach((name, i) => sizes.set(name, Math.max(sizes.get(name) ?? 1, x.shape[i]!)));
  const count = (names: readonly string[]) => names.reduce((n, name) => n * sizes.get(name)!, 1);
  const matrix = (named: Named, names: readonly string[], shape: number[]) =>
    ordered(grown(named, sizes), names).reshape(shape);
  const y = matrixProduct(
    matrix(left, [...batch, ...rows, ...over], [count(batch), count(rows), count(over)]),
    matrix(right, [...batch, ...over, ...columns], [count(batch), count(over), count(columns)]),
  );
  const names = [...batch, ...rows, ...columns];
  return { x: y.reshape(names.map((name) => sizes.get(name)!)), names };
}

/** Axes of 1 as long as the other tensor's. */
function grown({ x, names }: Named, sizes: ReadonlyMap<string, number>): Named {
  const wide = names.map((name, i) => sizes.get(name)! / x.shape[i]!);
  return wide.every((factor) => factor === 1) ? { x, names } : { x: tf.mul(x, tf.ones(wide)), names };
}
