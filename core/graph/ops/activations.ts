// Element-wise functions of one tensor, and softmax: shapes pass through, channels stay what they are.
import { only, whole } from '../attributes';
import { channelAxis, type OpDef } from '../op';
import { axisOf, elements, formatShape, ShapeError } from '../shape';

/** FLOPs an element, counting an exponential or a division as one, as the field does. */
const cost: Readonly<Record<string, number>> = {
  relu: 1,
  relu6: 2,
  leakyRelu: 2, // attrs: `slope`
  elu: 3, // attrs: `alpha`
  selu: 3,
  celu: 4, // attrs: `alpha`
  gelu: 8, // attrs: `approximate` ('none' | 'tanh')
  silu: 4,
  mish: 6,
  sigmoid: 3,
  logSigmoid: 4,
  hardSigmoid: 3,
  hardSwish: 4,
  tanh: 5,
  tanhshrink: 6,
  softplus: 3,
  softsign: 3,
  hardshrink: 1, // attrs: `lambda`
  softshrink: 2, // attrs: `lambda`
  threshold: 1, // attrs: `threshold`, `value`
  clamp: 2, // attrs: `min`, `max`; null where there is none
  exp: 1,
  expm1: 2,
  log: 1,
  log1p: 2,
  log2: 1,
  log10: 1,
  sqrt: 1,
  rsqrt: 2,
  reciprocal: 1,
  pow: 1, // attrs: `exponent`
  abs: 1,
  sign: 1,
  erf: 1,
  sin: 1,
  cos: 1,
  tan: 1,
  floor: 1,
  ceil: 1,
  round: 1,
  logicalNot: 1,
  isnan: 1,
};

const truths = new Set(['logicalNot', 'isnan']);

const elementwise = Object.entries(cost).map(([kind, flops]): OpDef => ({
  kind,
  couple: 'pass',
  shape: ([x]) => [only(x, kind)],
  ...(truths.has(kind) ? { dtypes: () => ['bool'] as const } : {}),
  flops: ({ outputs: [y] }) => flops * elements(y!),
}));

/** attrs: `axis`. Softmax ties its channels to each other through the sum, so it is a barrier along them. */
const softmaxes = ['softmax', 'logSoftmax'].map((kind): OpDef => ({
  kind,
  couple: 'reduce',
  shape([given], { axis }) {
    const x = only(given, kind);
    axisOf(Number(axis), x.length);
    return [x];
  },
  flops: ({ outputs: [y] }) => 3 * elements(y!),
}));

/** attrs: `count`, the slopes: one for all channels or one for each. */
export const prelu: OpDef = {
  kind: 'prelu',
  couple: 'pass',
  params: (attrs) => [
    {
      role: 'weight',
      shape: [whole(attrs, 'count')],
      axes: ['channel'],
      init: { kind: 'constant', value: 0.25 },
    },
  ],
  shape([given], attrs, { layout }) {
    const [x, count] = [only(given, 'prelu'), whole(attrs, 'count')];
    if (count !== 1 && x[channelAxis(x.length, layout)] !== count)
      throw new ShapeError(`prelu expects ${count} channels but the input is ${formatShape(x)}`);
    return [x];
  },
  flops: ({ outputs: [y] }) => 2 * elements(y!),
};

export const activations: readonly OpDef[] = [...elementwise, ...softmaxes, prelu];
