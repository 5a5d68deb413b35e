// Tensors that come from nowhere: a free parameter of the model, and a constant.
import { dims, wholes } from '../attributes';
import type { OpDef } from '../op';
import type { DType } from '../model-graph';
import { ShapeError } from '../shape';

/** attrs: `shape`, `param`, the full name of an `nn.Parameter` or buffer that is used on its own. */
const parameter: OpDef = {
  kind: 'parameter',
  couple: 'parameter',
  params(attrs) {
    const [shape, name] = [wholes(attrs, 'shape', 0), attrs['param']];
    if (typeof name !== 'string')
      throw new ShapeError(`a parameter needs a name, not ${JSON.stringify(name)}`);
    const axes = shape.map(() => 'other' as const);
    return [{ role: 'value', name, shape, axes, init: { kind: 'constant', value: 0 } }];
  },
  shape: (_, attrs) => [wholes(attrs, 'shape', 0)],
  dtypes: (_, attrs) => [dtypeOf(attrs['dtype'])],
};

/**
 * attrs: `shape`, `dtype`; `data`, the values row by row, where a frontend knows them and there are not many; `fill`, the
 * number that all of it holds, whose shape may then name the batch.
 */
const constant: OpDef = {
  kind: 'constant',
  couple: 'constant',
  shape: (_, attrs) => [dims(attrs, 'shape')],
  dtypes: (_, attrs) => [dtypeOf(attrs['dtype'])],
};

const dtypeOf = (value: unknown): DType => (value === 'int32' || value === 'bool' ? value : 'float32');

export const leaves: readonly OpDef[] = [parameter, constant];
