// Matrix products with a transposed side. The stock kernel falls back to a plain loop for them; a copy is far cheaper.
import { tf } from '../../tf';
import { allocate, floats, free, type Info, type KernelCall, type Wasm } from './heap';

const stock = tf.getKernel('BatchMatMul', 'wasm');

export function batchMatMul({ backend, inputs, attrs }: KernelCall): Info {
  const { a, b } = inputs as { a: Info; b: Info };
  const flat = (t: Info) => t.shape.slice(0, -2).every((dim) => dim === 1);
  const [left, right] = [attrs['transposeA'] === true && flat(a), attrs['transposeB'] === true && flat(b)];
  const x = left ? transpose(backend, a) : a;
  const y = right ? transpose(backend, b) : b;
  const result = stock.kernelFunc({
    inputs: { a: x, b: y },
    attrs: {
      transposeA: attrs['transposeA'] === true && !left,
      transposeB: attrs['transposeB'] === true && !right,
    },
    backend,
  }) as Info;
  if (left) free(backend, x);
  if (right) free(backend, y);
  return result;
}

function transpose(backend: Wasm, t: Info): Info {
  const [rows, cols] = t.shape.slice(-2) as [number, number];
  const out = allocate(backend, [...t.shape.slice(0, -2), cols, rows]);
  const [from, to] = [floats(backend, t), floats(backend, out)];
  for (let r = 0; r < rows; r++) for (let c = 0; c < cols; c++) to[c * rows + r] = from[r * cols + c]!;
  return out;
}
