// One case an op and a way of using it, with what PyTorch calls it; every engine of ours is held against these.
import type { Attrs } from '../../core/graph/model-graph';
import { N, type Shape } from '../../core/graph/shape';

export interface OpCase {
  readonly op: string;
  readonly attrs?: Attrs;
  readonly inputs?: readonly Shape[];
  /** Python; inputs are x, y; parameters go by role. */
  readonly torch: string;
}

export const image: Shape = [N, 4, 7, 9];
const conv = (attrs: Attrs): Attrs => ({
  inChannels: 4,
  outChannels: 6,
  kernel: [3, 3],
  stride: [1, 1],
  padding: [0, 0],
  dilation: [1, 1],
  groups: 1,
  bias: true,
  ...attrs,
});
const pool = (attrs: Attrs): Attrs => ({ kernel: [3, 2], stride: [2, 2], padding: [1, 0], ...attrs });
const x = (op: string, torch: string, attrs: Attrs = {}): OpCase => ({ op, torch, attrs });

export const opCases: readonly OpCase[] = [
  x(
    'conv2d',
    'F.conv2d(x, weight, bias, stride=(2, 1), padding=(1, 2))',
    conv({ stride: [2, 1], padding: [1, 2] }),
  ),
  x(
    'conv2d',
    'F.conv2d(x, weight, None, dilation=2, groups=2)',
    conv({ dilation: [2, 2], groups: 2, bias: false }),
  ),
  x(
    'conv2d',
    'F.conv2d(x, weight, bias, padding="same", groups=4)',
    conv({ padding: 'same', groups: 4, outChannels: 8, kernel: [2, 3] }),
  ),
  {
    op: 'linear',
    attrs: { inFeatures: 5, outFeatures: 3, bias: true },
    inputs: [[N, 5]],
    torch: 'F.linear(x, weight, bias)',
  },
  { op: 'linear', attrs: { inFeatures: 9, outFeatures: 3, bias: true }, torch: 'F.linear(x, weight, bias)' },
  {
    op: 'linear',
    attrs: { inFeatures: 9, outFeatures: 3, bias: false },
    inputs: [[N, 4, 9]],
    torch: 'F.linear(x, weight)',
  },
  x('batchNorm2d', 'F.batch_norm(x, running_mean, running_var, weight, bias, eps=1e-3)', {
    features: 4,
    eps: 1e-3,
    affine: true,
  }),
  {
    op: 'batchNorm2d',
    attrs: { features: 4, eps: 1e-5, affine: false },
    inputs: [[N, 4]],
    torch: 'F.batch_norm(x, running_mean, running_var)',
  },
  x('layerNorm', 'F.layer_norm(x, (9,), weight, bias, 1e-5)', {
    features: 9,
    shape: [9],
    eps: 1e-5,
    affine: true,
  }),
  x('layerNorm', 'F.layer_norm(x, (7, 9), eps=1e-2)', {
    features: 63,
    shape: [7, 9],
    eps: 1e-2,
    affine: false,
  }),
  x('relu', 'F.relu(x)'),
  x('relu6', 'F.relu6(5 * x)'),
  x('leakyRelu', 'F.leaky_relu(x, 0.2)', { slope: 0.2 }),
  x('elu', 'F.elu(x, 0.7)', { alpha: 0.7 }),
  x('gelu', 'F.gelu(x)', { approximate: 'none' }),
  x('gelu', 'F.gelu(x, approximate="tanh")', { approximate: 'tanh' }),
  x('silu', 'F.silu(x)'),
  x('mish', 'F.mish(x)'),
  x('sigmoid', 'torch.sigmoid(x)'),
  x('hardSigmoid', 'F.hardsigmoid(x)'),
  x('hardSwish', 'F.hardswish(x)'),
  x('tanh', 'torch.tanh(x)'),
  x('softplus', 'F.softplus(x)'),
  x('softmax', 'F.softmax(x, 1)', { axis: 1 }),
  x('logSoftmax', 'F.log_softmax(x, -1)', { axis: -1 }),
  { op: 'add', inputs: [image, [N, 4, 1, 1]], torch: 'x + y' },
  { op: 'sub', inputs: [image, [9]], torch: 'x - y' },
  x('sub', '3 - x', { scalar: 3, reversed: true }),
  { op: 'mul', inputs: [image, image], torch: 'x * y' },
  x('div', '2 / x', { scalar: 2, reversed: true }),
  x('div', 'x / 2', { scalar: 2 }),
  { op: 'concat', attrs: { axis: 1 }, inputs: [image, [N, 2, 7, 9]], torch: 'torch.cat([x, y], 1)' },
  {
    op: 'matmul',
    inputs: [
      [N, 4, 7, 9],
      [N, 4, 9, 2],
    ],
    torch: 'x @ y',
  },
  x('maxPool2d', 'F.max_pool2d(x, (3, 2), 2, (1, 0))', pool({})),
  x(
    'maxPool2d',
    'F.max_pool2d(x, 2, 2, ceil_mode=True)',
    pool({ kernel: 2, stride: 2, padding: 0, ceilMode: true }),
  ),
  x(
    'maxPool2d',
    'F.max_pool2d(x, 3, 1, 1, dilation=2)',
    pool({ kernel: 3, stride: 1, padding: 1, dilation: 2 }),
  ),
  x(
    'maxPool2d',
    'F.max_pool2d(x, 2, 2, 1, ceil_mode=True)',
    pool({ kernel: 2, stride: 2, padding: 1, ceilMode: true }),
  ),
  x(
    'avgPool2d',
    'F.avg_pool2d(x, 2, 2, 1, ceil_mode=True)',
    pool({ kernel: 2, stride: 2, padding: 1, ceilMode: true }),
  ),
  x(
    'avgPool2d',
    'F.avg_pool2d(x, 4, 3, 1, ceil_mode=True)',
    pool({ kernel: 4, stride: 3, padding: 1, ceilMode: true }),
  ),
  x('avgPool2d', 'F.avg_pool2d(x, (3, 2), 2, (1, 0))', pool({})),
  x(
    'avgPool2d',
    'F.avg_pool2d(x, (3, 2), 2, (1, 0), count_include_pad=False)',
    pool({ countIncludePad: false }),
  ),
  x(
    'avgPool2d',
    'F.avg_pool2d(x, 2, 2, ceil_mode=True)',
    pool({ kernel: 2, stride: 2, padding: 0, ceilMode: true }),
  ),
  x('adaptiveAvgPool2d', 'F.adaptive_avg_pool2d(x, 1)', { output: [1, 1] }),
  x('adaptiveAvgPool2d', 'F.adaptive_avg_pool2d(x, (7, 3))', { output: [7, 3] }),
  x('adaptiveAvgPool2d', 'F.adaptive_avg_pool2d(x, (3, 4))', { output: [3, 4] }),
  x('mean', 'x.mean((2, 3))', { axes: [2, 3], keepDims: false }),
  x('mean', 'x.mean(-1, keepdim=True)', { axes: [-1], keepDims: true }),
  x('flatten', 'torch.flatten(x, 1)', { start: 1, end: -1 }),
  x('flatten', 'torch.flatten(x, 0, 1)', { start: 0, end: 1 }),
  x('reshape', 'x.reshape(x.shape[0], 9, -1)', { shape: [{ batch: 1 }, 9, -1] }),
  x('permute', 'x.permute(0, 2, 3, 1)', { order: [0, 2, 3, 1] }),
  x('zeroPad2d', 'F.pad(x, (1, 2, 0, 3))', { padding: [1, 2, 0, 3] }),
  x('dropout', 'x', { rate: 0.5 }),
  x('identity', 'x'),
];
