// Normalisation: over the batch, over last dimensions, over groups of channels, over neighbours, to unit length.
import { axesOf, only, whole, wholes } from '../attributes';
import type { Attrs } from '../model-graph';
import { channelAxis, type OpDef, type ParamSpec, type ShapeContext } from '../op';
import { elements, formatShape, type Shape, ShapeError } from '../shape';

const one = { kind: 'constant', value: 1 } as const;
const zero = { kind: 'constant', value: 0 } as const;
const channel = ['channel'] as const;

function scaleAndShift(attrs: Attrs, affine: boolean, track: boolean): ParamSpec[] {
  const shape = [whole(attrs, 'features')];
  const trained = [
    { role: 'weight', shape, axes: channel, init: one },
    { role: 'bias', shape, axes: channel, init: zero },
  ];
  const tracked = [
    { role: 'running_mean', shape, axes: channel, init: zero, trainable: false },
    { role: 'running_var', shape, axes: channel, init: one, trainable: false },
  ];
  const kept = trained.filter(({ role }) => attrs[role === 'weight' ? 'scale' : 'center'] !== false);
  return [...(affine ? kept : []), ...(track ? tracked : [])];
}

function channelsOf(x: Shape | undefined, attrs: Attrs, { layout }: ShapeContext, what: string): Shape {
  const features = whole(attrs, 'features');
  if (x && x.length >= 2 && x[channelAxis(x.length, layout)] === features) return x;
  throw new ShapeError(
    `${what} expects ${features} channels but the input is ${x ? formatShape(x) : 'missing'}`,
  );
}

/**
 * attrs: `features`, `eps`, `momentum` (PyTorch's: share of the new batch), `affine`, `track` (running statistics, as is
 * usual); `scale` or `center` is false where Keras leaves one of the two out. Serves inputs of two to five dimensions.
 */
export const batchNorm2d: OpDef = {
  kind: 'batchNorm2d',
  couple: 'pass',
  params: (attrs) => scaleAndShift(attrs, attrs['affine'] !== false, attrs['track'] !== false),
  shape: ([x], attrs, context) => [channelsOf(x, attrs, context, 'batch norm')],
  // One scale and one shift an element once the statistics are folded.
  flops: ({ outputs: [y] }) => 2 * elements(y!),
};

/** attrs: `features`, `eps`, `affine`, `track`; both are false in PyTorch unless asked for. */
export const instanceNorm: OpDef = {
  kind: 'instanceNorm',
  couple: 'groups',
  params: (attrs) => scaleAndShift(attrs, attrs['affine'] === true, attrs['track'] === true),
  shape: ([x], attrs, context) => [channelsOf(x, attrs, context, 'instance norm')],
  flops: ({ outputs: [y] }) => 8 * elements(y!),
};

/** attrs: `groups`, `features`, `eps`, `affine`. */
export const groupNorm: OpDef = {
  kind: 'groupNorm',
  couple: 'groups',
  params: (attrs) => scaleAndShift(attrs, attrs['affine'] !== false, false),
  shape([x], attrs, context) {
    const [features, groups] = [whole(attrs, 'features'), whole(attrs, 'groups')];
    if (features % groups !== 0)
      throw new ShapeError(`${features} channels do not divide into ${groups} groups to normalise`);
    return [channelsOf(x, attrs, context, 'group norm')];
  },
  flops: ({ outputs: [y] }) => 8 * elements(y!),
};

/** attrs: `features` (product of the normalised last dimensions), `shape` (those dimensions), `eps`, `affine`. */
const overLast = (kind: string, what: string, shift: boolean): OpDef => ({
  kind,
  couple: 'passLast',

  params(attrs) {
    if (attrs['affine'] === false) return [];
    const shape = wholes(attrs, 'shape');
    const axes = shape.map(() => 'channel' as const);
    const weight = { role: 'weight', shape, axes, init: one };
    // PyTorch 2.1 lets a layer norm go without its shift, Keras without its scale too.
    const bias = { role: 'bias', shape, axes, init: zero };
    return [
      ...(attrs['scale'] !== false ? [weight] : []),
      ...(shift && attrs['bias'] !== false ? [bias] : []),
    ];
  },

  shape([x], attrs) {
    const last = wholes(attrs, 'shape');
    if (!x || last.some((dim, i) => x[x.length - last.length + i] !== dim)) {
      throw new ShapeError(
        `${what} over ${formatShape(last)} does not fit the input ${x ? formatShape(x) : 'missing'}`,
      );
    }
    return [x];
  },
  // Mean, variance, normalise, scale, shift: about eight operations an element; half of it without a mean.
  flops: ({ outputs: [y] }) => (shift ? 8 : 4) * elements(y!),
});

export const layerNorm = overLast('layerNorm', 'layer norm', true);
export const rmsNorm = overLast('rmsNorm', 'RMS norm', false);

/** attrs: `size`, `alpha`, `beta`, `k`. Each channel is divided by what its neighbours hold: a barrier for coupling. */
export const localResponseNorm: OpDef = {
  kind: 'localResponseNorm',
  shape([x], attrs) {
    whole(attrs, 'size');
    return [only(x, 'localResponseNorm')];
  },
  flops: ({ outputs: [y], attrs }) => (whole(attrs, 'size') + 4) * elements(y!),
};

/** attrs: `axis`, `p`, `eps`. Divides by the length along an axis; channels that are zero add nothing to it. */
export const normalize: OpDef = {
  kind: 'normalize',
  couple: 'pass',
  shape([given], attrs) {
    const x = only(given, 'normalize');
    axesOf(attrs, x.length);
    return [x];
  },
  flops: ({ outputs: [y] }) => 3 * elements(y!),
};

export const norms: readonly OpDef[] = [
  batchNorm2d,
  instanceNorm,
  groupNorm,
  layerNorm,
  rmsNorm,
  localResponseNorm,
  normalize,
];
