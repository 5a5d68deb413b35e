// Fully connected layer over the last dimension.
import { int, type OpDef } from '../op';
import { elements, formatShape, ShapeError } from '../shape';

/** attrs: `inFeatures`, `outFeatures`, `bias`. Weight: out × in (PyTorch). */
export const linear: OpDef = {
  kind: 'linear',
  sparseWeight: 'weight',
  couple: 'mix',

  params(attrs) {
    const [features, out] = [int(attrs, 'inFeatures'), int(attrs, 'outFeatures')];
    const init = { kind: 'uniform', bound: 1 / Math.sqrt(features) } as const;
    const weight = { role: 'weight', shape: [out, features], axes: ['out', 'in'] as const, init };
    const bias = { role: 'bias', shape: [out], axes: ['out'] as const, init };
    return attrs['bias'] === false ? [weight] : [weight, bias];
  },

  shape([x], attrs) {
    const features = int(attrs, 'inFeatures');
    if (!x || x.at(-1) !== features) {
      throw new ShapeError(
        `linear expects ${features} features last but the input is ${x ? formatShape(x) : 'missing'}`,
      );
    }
    return [[...x.slice(0, -1), int(attrs, 'outFeatures')]];
  },

  macs: ({ outputs: [y], attrs }) => elements(y!) * int(attrs, 'inFeatures'),
  flops: ({ outputs: [y], attrs }) => (attrs['bias'] === false ? 0 : elements(y!)),
};
