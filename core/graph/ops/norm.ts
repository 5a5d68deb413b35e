// Batch and layer normalisation.
import { channelAxis, int, type OpDef } from '../op';
import { elements, formatShape, ShapeError } from '../shape';

const one = { kind: 'constant', value: 1 } as const;
const zero = { kind: 'constant', value: 0 } as const;
const channel = ['channel'] as const;

/** attrs: `features`, `eps`, `momentum` (PyTorch's: share of the new batch), `affine`. Works on 2-D inputs too. */
export const batchNorm2d: OpDef = {
  kind: 'batchNorm2d',
  couple: 'pass',

  params(attrs) {
    const shape = [int(attrs, 'features')];
    const scale = { role: 'weight', shape, axes: channel, init: one };
    const shift = { role: 'bias', shape, axes: channel, init: zero };
    const mean = { role: 'running_mean', shape, axes: channel, init: zero, trainable: false };
    const variance = { role: 'running_var', shape, axes: channel, init: one, trainable: false };
    return attrs['affine'] === false ? [mean, variance] : [scale, shift, mean, variance];
  },

  shape([x], attrs, { layout }) {
    const features = int(attrs, 'features');
    if (!x || x.length < 2 || x[channelAxis(x.length, layout)] !== features) {
      throw new ShapeError(
        `batch norm expects ${features} channels but the input is ${x ? formatShape(x) : 'missing'}`,
      );
    }
    return [x];
  },
  // One scale and one shift an element once the statistics are folded.
  flops: ({ outputs: [y] }) => 2 * elements(y!),
};

/** attrs: `features` (product of the normalised last dimensions), `shape` (those dimensions), `eps`, `affine`. */
export const layerNorm: OpDef = {
  kind: 'layerNorm',
  couple: 'passLast',

  params(attrs) {
    if (attrs['affine'] === false) return [];
    const shape = attrs['shape'] as readonly number[];
    const axes = shape.map(() => 'channel' as const);
    return [
      { role: 'weight', shape, axes, init: one },
      { role: 'bias', shape, axes, init: zero },
    ];
  },

  shape([x], attrs) {
    const last = attrs['shape'] as readonly number[];
    if (!x || last.some((dim, i) => x[x.length - last.length + i] !== dim)) {
      throw new ShapeError(
        `layer norm over ${formatShape(last)} does not fit the input ${x ? formatShape(x) : 'missing'}`,
      );
    }
    return [x];
  },
  // Mean, variance, normalise, scale, shift: about eight operations an element.
  flops: ({ outputs: [y] }) => 8 * elements(y!),
};
