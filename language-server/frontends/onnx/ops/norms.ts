// Normalisations and softmax.
import type { OnnxContext, OnnxOp, Role } from '../context';

function vector(c: OnnxContext, index: number): Role | undefined {
  const weight = c.weight(index);
  return weight && { weight, axes: weight.dims.map(() => 'channel' as const) };
}

/** Scale and shift that the exporter made up because the operator wants some. */
const isTrivial = (c: OnnxContext, scale: number, shift: number): boolean =>
  c.numbers(scale)?.every((value) => value === 1) === true &&
  c.numbers(shift)?.every((value) => value === 0) === true;

const batchNorm: OnnxOp = (c) => {
  const [weight, bias, mean, variance] = [1, 2, 3, 4].map((i) => vector(c, i));
  const features = weight?.weight.dims[0];
  if (!weight || !bias || !mean || !variance || features === undefined) return undefined;
  const attrs = {
    features,
    eps: c.number('epsilon', 1e-5),
    momentum: 1 - c.number('momentum', 0.9),
    affine: true,
  };
  return c.add('batchNorm2d', [c.x(0)], attrs, { weight, bias, running_mean: mean, running_var: variance });
};

const instanceNorm: OnnxOp = (c) => {
  const [weight, bias] = [vector(c, 1), vector(c, 2)];
  const attrs = { features: c.size(0, 1), eps: c.number('epsilon', 1e-5), track: false };
  if (isTrivial(c, 1, 2)) return c.add('instanceNorm', [c.x(0)], { ...attrs, affine: false });
  return weight && bias && c.add('instanceNorm', [c.x(0)], { ...attrs, affine: true }, { weight, bias });
};

const layerNorm: OnnxOp = (c) => {
  const x = c.shape(0);
  const axis = c.number('axis', -1);
  const shape = x.slice(axis).map((_, i) => c.size(0, (axis < 0 ? axis + x.length : axis) + i));
  const features = shape.reduce((n, dim) => n * dim, 1);
  const [weight, bias] = [vector(c, 1), vector(c, 2)];
  const attrs = { shape, features, eps: c.number('epsilon', 1e-5) };
  if (!weight) return c.add('layerNorm', [c.x(0)], { ...attrs, affine: false });
  const roles = { weight, ...(bias ? { bias } : {}) };
  return c.add('layerNorm', [c.x(0)], { ...attrs, affine: true, bias: bias !== undefined }, roles);
};

const rmsNorm: OnnxOp = (c) => {
  const weight = vector(c, 1);
  const shape = weight?.weight.dims;
  if (!shape) return undefined;
  const features = shape.reduce((n, dim) => n * dim, 1);
  return c.add(
    'rmsNorm',
    [c.x(0)],
    { shape, features, eps: c.number('epsilon', 1e-5), affine: true },
    { weight },
  );
};

const groupNorm: OnnxOp = (c) => {
  const [weight, bias] = [vector(c, 1), vector(c, 2)];
  const features = c.size(0, 1);
  const attrs = { groups: c.number('num_groups', 1), features, eps: c.number('epsilon', 1e-5), affine: true };
  // Before operator set 21 there was one scale a group.
  return weight?.weight.dims[0] === features && bias
    ? c.add('groupNorm', [c.x(0)], attrs, { weight, bias })
    : undefined;
};

/** The last axis by default; before operator set 13 it was the second, and everything behind it together. */
const softmax =
  (op: string): OnnxOp =>
  (c) =>
    c.add(op, [c.x(0)], { axis: c.number('axis', c.opset >= 13 ? -1 : 1) });

export const norms: Readonly<Record<string, OnnxOp>> = {
  BatchNormalization: batchNorm,
  InstanceNormalization: instanceNorm,
  LayerNormalization: layerNorm,
  GroupNormalization: groupNorm,
  RMSNormalization: rmsNorm,
  SimplifiedLayerNormalization: rmsNorm,
  LRN: (c) =>
    c.add('localResponseNorm', [c.x(0)], {
      size: c.number('size', 1),
      alpha: c.number('alpha', 1e-4),
      beta: c.number('beta', 0.75),
      k: c.number('bias', 1),
    }),
  LpNormalization: (c) =>
    c.add('normalize', [c.x(0)], { axis: c.number('axis', -1), p: c.number('p', 2), eps: 0 }),
  Softmax: softmax('softmax'),
  LogSoftmax: softmax('logSoftmax'),
};
