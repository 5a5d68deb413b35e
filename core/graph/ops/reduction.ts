// Reductions over axes, and running sums along one.
import { axesOf, only } from '../attributes';
import type { DType } from '../model-graph';
import type { OpDef } from '../op';
import { axisOf, elements } from '../shape';

/**
 * attrs: `axes` (all of them when left out), `keepDims`; `norm` has `p`. A reduction over the channel axis itself is a
 * barrier for coupling.
 */
const reduction = (kind: string, dtype?: DType): OpDef => ({
  kind,
  couple: 'reduce',
  shape([given], attrs) {
    const x = only(given, kind);
    const axes = new Set(axesOf(attrs, x.length));
    if (attrs['keepDims'] === true) return [x.map((dim, i) => (axes.has(i) ? 1 : dim))];
    return [x.filter((_, i) => !axes.has(i))];
  },
  ...(dtype ? { dtypes: () => [dtype] } : {}),
  flops: ({ inputs: [x] }) => elements(x!),
});

/** attrs: `axis`. */
const running = (kind: string): OpDef => ({
  kind,
  couple: 'reduce',
  shape([given], { axis }) {
    const x = only(given, kind);
    axisOf(Number(axis), x.length);
    return [x];
  },
  flops: ({ outputs: [y] }) => elements(y!),
});

export const mean = reduction('mean');

const floats = ['sum', 'max', 'min', 'prod', 'std', 'var', 'norm', 'logsumexp', 'median'];
export const reductions: readonly OpDef[] = [
  mean,
  ...floats.map((kind) => reduction(kind)),
  ...['argmax', 'argmin'].map((kind) => reduction(kind, 'int32')),
  ...['any', 'all'].map((kind) => reduction(kind, 'bool')),
  ...['cumsum', 'cumprod'].map(running),
];
