// Fully connected layer over the last dimension.
import { whole } from '../attributes';
import type { OpDef } from '../op';
import { elements, formatShape, ShapeError } from '../shape';

/** attrs: `inFeatures`, `outFeatures`, `bias`. Weight: out × in (PyTorch). */
export const linear: OpDef = {
  kind: 'linear',
  sparseWeight: 'weight',
  couple: 'mix',

  params(attrs) {
    const [features, out] = [whole(attrs, 'inFeatures'), whole(attrs, 'outFeatures')];
    const init = { kind: 'uniform', bound: 1 / Math.sqrt(features) } as const;
    const weight = { role: 'weight', shape: [out, features], axes: ['out', 'in'] as const, init };
    const bias = { role: 'bias', shape: [out], axes: ['out'] as const, init };
    return attrs['bias'] === false ? [weight] : [weight, bias];
  },

  shape([x], attrs) {
    const features = whole(attrs, 'inFeatures');
    if (!x || x.at(-1) !== features) {
      throw new ShapeError(
        `linear expects ${features} features last but the input is ${x ? formatShape(x) : 'missing'}`,
      );
    }
    return [[...x.slice(0, -1), whole(attrs, 'outFeatures')]];
  },

  macs: ({ outputs: [y], attrs }) => elements(y!) * whole(attrs, 'inFeatures'),
  flops: ({ outputs: [y], attrs }) => (attrs['bias'] === false ? 0 : elements(y!)),
};
