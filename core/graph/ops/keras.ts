// Keras' own layers that PyTorch has no twin of: dense layers by an equation, recurrent cells, PReLU along the last axis.
import { dims, only, whole, wholes } from '../attributes';
import type { Attrs } from '../model-graph';
import type { OpDef, ParamSpec } from '../op';
import { type Dim, elements, formatShape, type Shape, ShapeError } from '../shape';
import { einsum } from './einsum';

const one = { kind: 'constant', value: 0 } as const;
const spread = (shape: readonly number[]) => {
  const [inputs = 1, outputs = 1] = [shape.at(-2), shape.at(-1)];
  return { kind: 'uniform', bound: Math.sqrt(6 / (inputs + outputs)) } as const;
};

const free = (role: string, shape: readonly number[]): ParamSpec => ({
  role,
  shape,
  axes: shape.map(() => 'other' as const),
  init: shape.length > 1 ? spread(shape) : one,
});

/**
 * attrs: `equation` of input and kernel, `kernel` and `bias` (null: none), their shapes. The projections of Keras'
 * attention are such layers, whose kernel has an axis for the heads. A barrier for coupling.
 */
const einsumDense: OpDef = {
  kind: 'einsumDense',
  params(attrs) {
    const kernel = free('weight', wholes(attrs, 'kernel'));
    return attrs['bias'] === null ? [kernel] : [kernel, free('bias', wholes(attrs, 'bias'))];
  },
  shape: ([x], attrs, context) =>
    einsum.shape([only(x, 'einsumDense'), wholes(attrs, 'kernel')], attrs, context),
  macs: ({ inputs, attrs, ...io }) =>
    einsum.macs!({ ...io, inputs: [...inputs, wholes(attrs, 'kernel')], attrs }),
  flops: ({ outputs: [y], attrs }) => (attrs['bias'] === null ? 0 : elements(y!)),
};

const gates: Readonly<Record<string, number>> = { simple: 1, gru: 3, lstm: 4 };

/**
 * attrs: `cell` ('simple' | 'gru' | 'lstm'), `inputSize`, `units`, `bias`, `resetAfter`, `sequences` (an output for each
 * step). Inputs: steps, and maybe the first state. Outputs: y, the last state, and for an LSTM its carry. A barrier for
 * coupling.
 */
const recurrentCell: OpDef = {
  kind: 'recurrentCell',
  params(attrs) {
    const { input, units, wide } = cell(attrs);
    const specs = [free('kernel', [input, wide]), free('recurrent_kernel', [units, wide])];
    if (attrs['bias'] !== false) specs.push(free('bias', attrs['resetAfter'] === true ? [2, wide] : [wide]));
    return specs;
  },
  shape([given], attrs) {
    const { input, units } = cell(attrs);
    const x = only(given, 'a recurrent layer');
    if (x.length !== 3 || x[2] !== input)
      throw new ShapeError(
        `a recurrent layer expects ${input} features a step but the input is ${formatShape(x)}`,
      );
    const state: Dim[] = [x[0]!, units];
    const y: Shape = attrs['sequences'] === true ? [x[0]!, x[1]!, units] : state;
    return attrs['cell'] === 'lstm' ? [y, state, state] : [y, state];
  },
  macs({ inputs: [x], attrs }) {
    const { input, units, wide } = cell(attrs);
    return (elements(x!) / input) * wide * (input + units);
  },
};

function cell(attrs: Attrs) {
  const kind = attrs['cell'];
  const count = typeof kind === 'string' ? gates[kind] : undefined;
  if (count === undefined) throw new ShapeError(`no recurrent cell ${JSON.stringify(kind)}`);
  const units = whole(attrs, 'units');
  return { input: whole(attrs, 'inputSize'), units, wide: count * units };
}

/** attrs: `shape` of the slopes: one for each channel of the last axis, with axes of 1 before it. */
const preluChannels: OpDef = {
  kind: 'preluChannels',
  couple: 'passLast',
  params(attrs) {
    const shape = wholes(attrs, 'shape');
    const axes = shape.map((_, i) => (i === shape.length - 1 ? ('channel' as const) : ('other' as const)));
    return [{ role: 'weight', shape, axes, init: one }];
  },
  shape([given], attrs) {
    const [x, shape] = [only(given, 'prelu'), dims(attrs, 'shape', false)];
    if (x.at(-1) !== shape.at(-1))
      throw new ShapeError(`prelu of ${formatShape(shape)} slopes does not fit the input ${formatShape(x)}`);
    return [x];
  },
  flops: ({ outputs: [y] }) => 2 * elements(y!),
};

export const kerasOps: readonly OpDef[] = [einsumDense, recurrentCell, preluChannels];
