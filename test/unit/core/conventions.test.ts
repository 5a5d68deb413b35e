// How Keras names and lays out what the op table declares in PyTorch's way.
import { describe, expect, it } from 'vitest';
import { isDepthwise, paramFor, paramName } from '../../../core/graph/conventions';
import type { Attrs, Framework } from '../../../core/graph/model-graph';
import { ops } from '../../../core/graph/ops/table';

const paramsOf = (framework: Framework, op: string, attrs: Attrs) =>
  ops.get(op)!.params!(attrs)
    .map((spec) => paramFor(framework, op, 'layer', spec, isDepthwise(op, attrs)))
    .map(({ name, shape, axes }) => `${name} ${shape.join('×')} ${axes.join(' ')}`);

const conv = { inChannels: 3, outChannels: 8, groups: 1, bias: true };
const depthwise = { ...conv, inChannels: 6, outChannels: 6, groups: 6, kernel: [3, 5], bias: false };

describe('a parameter of Keras', () => {
  it.each<[string, Attrs, string[]]>([
    [
      'linear',
      { inFeatures: 4, outFeatures: 9, bias: true },
      ['layer/kernel 4×9 in out', 'layer/bias 9 out'],
    ],
    ['conv1d', { ...conv, kernel: [5] }, ['layer/kernel 5×3×8 width in out', 'layer/bias 8 out']],
    ['conv2d', { ...conv, kernel: [3, 5] }, ['layer/kernel 3×5×3×8 height width in out', 'layer/bias 8 out']],
    [
      'conv3d',
      { ...conv, kernel: [2, 3, 5] },
      ['layer/kernel 2×3×5×3×8 depth height width in out', 'layer/bias 8 out'],
    ],
    [
      'convTranspose2d',
      { ...conv, kernel: [3, 5] },
      ['layer/kernel 3×5×8×3 height width out in', 'layer/bias 8 out'],
    ],
    ['conv2d', depthwise, ['layer/kernel 3×5×6×1 height width out in']],
    ['embedding', { count: 50, features: 8 }, ['layer/embeddings 50×8 other out']],
    [
      'batchNorm2d',
      { features: 4, eps: 1e-3, momentum: 0.01, affine: true },
      ['gamma', 'beta', 'moving_mean', 'moving_variance'].map((name) => `layer/${name} 4 channel`),
    ],
    [
      'batchNorm2d',
      { features: 4, eps: 1e-3, momentum: 0.01, affine: true, scale: false },
      ['beta', 'moving_mean', 'moving_variance'].map((name) => `layer/${name} 4 channel`),
    ],
    [
      'layerNorm',
      { features: 4, shape: [4], eps: 1e-3, affine: true, scale: false },
      ['layer/beta 4 channel'],
    ],
    ['rmsNorm', { features: 4, shape: [4], eps: 1e-3, affine: true }, ['layer/scale 4 channel']],
  ])('of %s is named and laid out as there', (op, attrs, expected) => {
    expect(paramsOf('keras', op, attrs)).toEqual(expected);
  });

  it('stands below its layer, and a layer may have no path', () => {
    expect([paramName('keras', 'net/dense', 'kernel'), paramName('keras', '', 'kernel')]).toEqual([
      'net/dense/kernel',
      'kernel',
    ]);
  });
});
