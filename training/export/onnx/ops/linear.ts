// Fully connected layers and matrix products.
import { plain, type OnnxOp } from '../op';

/** Rank 2 becomes Gemm, which takes PyTorch's out × in as it is; higher ranks MatMul, whose weight runtimes turn once at load. */
const linear: OnnxOp = (c) => {
  const x = c.input(0, 'plain');
  const weight = c.param('weight');
  const bias = c.has('bias') ? [c.param('bias')] : [];
  // Keras stores in × out, PyTorch out × in.
  const isOutFirst = c.torchOrder('weight')[0] === 0;
  if (c.inputShape(0).length === 2) {
    const attrs = { transB: { int: isOutFirst ? 1 : 0 } };
    return plain(c.emit('Gemm', [x, weight, ...bias], attrs));
  }
  const matrix = isOutFirst ? c.emit('Transpose', [weight], { perm: { ints: [1, 0] } }) : weight;
  const product = c.emit('MatMul', [x, matrix]);
  return plain(bias.length > 0 ? c.emit('Add', [product, ...bias]) : product);
};

const matmul: OnnxOp = (c) => plain(c.emit('MatMul', [c.input(0, 'plain'), c.input(1, 'plain')]));

const einsum: OnnxOp = (c) => {
  const inputs = Array.from({ length: c.inputCount }, (_, i) => c.input(i, 'plain'));
  return plain(c.emit('Einsum', inputs, { equation: { string: c.attrs['equation'] as string } }));
};

export const linears = { linear, matmul, einsum };
