// Tensors that come from nowhere: a free parameter of the model, and a constant.
import type { AttrValue } from '../../../core/graph/model-graph';
import { tf } from '../../../native/tf';
import { type Kernel, shape } from '../kernel';

/** As a clone: values are freed on the way, parameters stay. */
const parameter: Kernel = { op: 'parameter', axes: 'graph', run: ({ param }) => param('value')!.clone() };

const constant: Kernel = {
  op: 'constant',
  axes: 'graph',
  run(call) {
    const { attrs, path } = call.node;
    const size = shape(call);
    const dtype = attrs['dtype'] === 'int32' || attrs['dtype'] === 'bool' ? attrs['dtype'] : 'float32';
    if (typeof attrs['fill'] === 'number') return tf.fill(size, attrs['fill'], dtype);
    const data = attrs['data'];
    if (!Array.isArray(data))
      throw new Error(
        `the values of a constant of ${size.join('×')} are not known${path ? ` in ${path}` : ''}, so the model cannot be run`,
      );
    return tf.tensor(flat(data as readonly AttrValue[]), size, dtype);
  },
};

/** Nested lists, row by row. */
const flat = (data: readonly AttrValue[]): number[] =>
  data.flatMap((item) => (Array.isArray(item) ? flat(item as readonly AttrValue[]) : [Number(item)]));

export const leaves: readonly Kernel[] = [parameter, constant];
