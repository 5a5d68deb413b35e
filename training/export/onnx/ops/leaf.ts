// Tensors that come from nowhere: a free parameter of the model, and a constant.
import { dims } from '../../../../core/graph/attributes';
import { type OnnxOp, plain, typed } from '../op';

const parameter: OnnxOp = (c) => {
  const name = c.param('value');
  // Truths are kept as whole numbers.
  return plain(c.outputType() === 'bool' ? c.cast(name, 'int32', 'bool') : name);
};

const constant: OnnxOp = (c) => {
  const { data, fill } = c.attrs;
  const shape = dims(c.attrs, 'shape');
  if (Array.isArray(data))
    return plain(c.constant(typed(shape as readonly number[], flat(data), c.outputType())));
  if (typeof fill !== 'number' && typeof fill !== 'boolean')
    return c.refuse('its values are not known, as there are many of them');
  return plain(c.emit('Expand', [c.scalar(Number(fill), c.outputType()), c.shape(shape)]));
};

/** Nested lists, row by row. */
const flat = (data: readonly unknown[]): number[] =>
  data.flatMap((item) => (Array.isArray(item) ? flat(item) : [Number(item)]));

export const leaves = { parameter, constant };
