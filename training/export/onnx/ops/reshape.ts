// Ops that move elements: flatten, reshape, permute, concat; and those that do nothing at inference.
import { isBatch, sameDim } from '../../../../core/graph/shape';
import { int } from '../../../../core/graph/op';
import { elementwise, longs, type OnnxOp } from '../op';

/** The shape is known but for the batch: 0 copies it, which keeps its name `N`, where it stays in its place; −1 infers it. */
const reshape: OnnxOp = (c) => {
  const from = c.inputShape(0);
  const shape = c.outputShape().map((dim, i) => {
    if (!isBatch(dim)) return dim;
    return from[i] && sameDim(from[i], dim) ? 0 : -1;
  });
  if (shape.filter((dim) => dim === -1).length > 1)
    return c.refuse('its output has the batch size in two dimensions');
  return { name: c.emit('Reshape', [c.input(0, 'plain'), c.constant(longs(shape))]), form: 'plain' };
};

const permute: OnnxOp = (c) => {
  const order = c.attrs['order'] as readonly number[];
  const perm = { ints: order.map((axis) => c.axis(axis, 'plain')) };
  return { name: c.emit('Transpose', [c.input(0, 'plain')], { perm }), form: 'plain' };
};

const concat: OnnxOp = (c) => {
  const form = c.cheapForm();
  const inputs = Array.from({ length: c.inputCount }, (_, i) => c.input(i, form));
  const axis = { int: c.axis(int(c.attrs, 'axis'), form) };
  return { name: c.emit('Concat', inputs, { axis }), form };
};

/** The value goes on under its own name; no node is written. */
const nothing: OnnxOp = elementwise((_, x) => x);

export const moves = {
  flatten: reshape,
  reshape,
  permute,
  concat,
  dropout: nothing,
  identity: nothing,
};
