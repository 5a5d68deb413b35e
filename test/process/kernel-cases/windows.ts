// Convolutions, poolings and what else slides windows or trades positions.
import type { Attrs } from '../../../core/graph/model-graph';
import { N } from '../../../core/graph/shape';
import { given, type KernelCase, sequence, volume } from './case';

const conv = (attrs: Attrs): Attrs => ({
  inChannels: 4,
  outChannels: 6,
  kernel: 3,
  stride: 1,
  padding: 0,
  dilation: 1,
  groups: 1,
  bias: true,
  ...attrs,
});
const flat = (attrs: Attrs): Attrs => ({ kernel: 2, stride: 2, padding: 0, ...attrs });

const convolutions: readonly KernelCase[] = [
  given('conv1d', 'F.conv1d(x, weight, bias, 2, 1)', conv({ stride: 2, padding: 1 }), [sequence]),
  given('conv1d', 'F.conv1d(x, weight, bias, 1, 2, 2, 2)', conv({ padding: 2, dilation: 2, groups: 2 }), [
    sequence,
  ]),
  given(
    'conv1d',
    'F.conv1d(x, weight, bias, padding="same", groups=4)',
    conv({ padding: 'same', groups: 4, outChannels: 8 }),
    [sequence],
  ),
  given('conv1d', 'F.conv1d(x, weight)', conv({ kernel: 1, bias: false }), [sequence]),
  given('conv2d', 'F.conv2d(x, weight, bias, 4, 0)', conv({ kernel: 4, stride: 4 })),
  given(
    'conv2d',
    'F.conv2d(x, weight, bias, 1, 3, 1, 4)',
    conv({ kernel: 7, padding: 3, groups: 4, outChannels: 4 }),
  ),
  given(
    'conv2d',
    'F.conv2d(x, weight, bias, 2, 1, 1, 4)',
    conv({ stride: 2, padding: 1, groups: 4, outChannels: 4 }),
  ),
  given(
    'conv2d',
    'F.conv2d(x, weight, bias, 1, 2, 2, 4)',
    conv({ padding: 2, dilation: 2, groups: 4, outChannels: 4 }),
  ),
  given('conv2d', 'F.conv2d(x, weight, bias, 2, 2, 2)', conv({ stride: 2, padding: 2, dilation: 2 })),
  given(
    'conv2d',
    'F.conv2d(x, weight, bias, (2, 1), 2, (1, 3), 2)',
    conv({ stride: [2, 1], padding: 2, dilation: [1, 3], groups: 2 }),
  ),
  given(
    'conv2d',
    'F.conv2d(x, weight, bias, 2, 3, 3, 4)',
    conv({ stride: 2, padding: 3, dilation: 3, groups: 4, outChannels: 4 }),
  ),
  given('conv1d', 'F.conv1d(x, weight, bias, 2, 3, 3)', conv({ stride: 2, padding: 3, dilation: 3 }), [
    sequence,
  ]),
  given('conv2d', 'F.conv2d(x, weight, bias, 1, (0, 3))', conv({ kernel: [1, 7], padding: [0, 3] })),
  given('conv3d', 'F.conv3d(x, weight, bias, (1, 2, 2), 1)', conv({ stride: [1, 2, 2], padding: 1 }), [
    volume,
  ]),
  given('conv3d', 'F.conv3d(x, weight, bias, 2, 1)', conv({ stride: 2, padding: 1 }), [volume]),
  given(
    'conv3d',
    'F.conv3d(x, weight, None, 1, (2, 1, 0), (2, 1, 1), 2)',
    conv({ padding: [2, 1, 0], dilation: [2, 1, 1], groups: 2, bias: false }),
    [volume],
  ),
  given('conv3d', 'F.conv3d(x, weight, bias, 1, 1, 1, 4)', conv({ padding: 1, groups: 4, outChannels: 4 }), [
    volume,
  ]),
  given('conv3d', 'F.conv3d(x, weight, bias, padding="same")', conv({ padding: 'same', kernel: [3, 1, 2] }), [
    volume,
  ]),
  given(
    'convTranspose1d',
    'F.conv_transpose1d(x, weight, bias, 2, 1, 1)',
    conv({ stride: 2, padding: 1, outputPadding: 1 }),
    [sequence],
  ),
  given('convTranspose2d', 'F.conv_transpose2d(x, weight, bias, 2)', conv({ kernel: 2, stride: 2 })),
  given(
    'convTranspose2d',
    'F.conv_transpose2d(x, weight, bias, 2, 1, 1)',
    conv({ stride: 2, padding: 1, outputPadding: 1 }),
  ),
  given(
    'convTranspose2d',
    'F.conv_transpose2d(x, weight, None, (1, 2), 1, 0, 2, (2, 1))',
    conv({ stride: [1, 2], padding: 1, groups: 2, dilation: [2, 1], bias: false }),
  ),
  given(
    'convTranspose2d',
    'F.conv_transpose2d(x, weight, bias, 2, 1, 0, 4)',
    conv({ kernel: 4, stride: 2, padding: 1, groups: 4, outChannels: 4 }),
  ),
  given('convTranspose2d', 'F.conv_transpose2d(x, weight, bias, 1, 3)', conv({ padding: 3, kernel: 3 })),
  given('convTranspose3d', 'F.conv_transpose3d(x, weight, bias, 2, 1)', conv({ stride: 2, padding: 1 }), [
    volume,
  ]),
];

const pools: readonly KernelCase[] = [
  given('maxPool1d', 'F.max_pool1d(x, 3, 2, 1)', flat({ kernel: 3, padding: 1 }), [sequence]),
  given('maxPool1d', 'F.max_pool1d(x, 2, 2, ceil_mode=True)', flat({ ceilMode: true }), [sequence]),
  given('maxPool3d', 'F.max_pool3d(x, 2, 2)', flat({}), [volume]),
  given(
    'maxPool3d',
    'F.max_pool3d(x, (1, 3, 3), (1, 2, 2), (0, 1, 1))',
    flat({ kernel: [1, 3, 3], stride: [1, 2, 2], padding: [0, 1, 1] }),
    [volume],
  ),
  given('maxPool2d', 'F.max_pool2d(x, 3, 2, 1)', flat({ kernel: 3, padding: 1 })),
  given('maxPool2d', 'F.max_pool2d(x, 5, 1, 2)', flat({ kernel: 5, stride: 1, padding: 2 })),
  given('avgPool1d', 'F.avg_pool1d(x, 3, 2, 1)', flat({ kernel: 3, padding: 1 }), [sequence]),
  given(
    'avgPool1d',
    'F.avg_pool1d(x, 3, 2, 1, count_include_pad=False)',
    flat({ kernel: 3, padding: 1, countIncludePad: false }),
    [sequence],
  ),
  given('avgPool3d', 'F.avg_pool3d(x, 2, 2, 1)', flat({ padding: 1 }), [volume]),
  given(
    'avgPool3d',
    'F.avg_pool3d(x, 3, 2, 1, True, False)',
    flat({ kernel: 3, padding: 1, ceilMode: true, countIncludePad: false }),
    [volume],
  ),
  given('adaptiveAvgPool1d', 'F.adaptive_avg_pool1d(x, 4)', { output: 4 }, [sequence]),
  given('adaptiveAvgPool1d', 'F.adaptive_avg_pool1d(x, 1)', { output: 1 }, [sequence]),
  given('adaptiveAvgPool2d', 'F.adaptive_avg_pool2d(x, (None, 2))', { output: [null, 2] }),
  given('adaptiveAvgPool3d', 'F.adaptive_avg_pool3d(x, 1)', { output: 1 }, [volume]),
  given('adaptiveAvgPool3d', 'F.adaptive_avg_pool3d(x, (2, 3, 4))', { output: [2, 3, 4] }, [volume]),
  given('adaptiveMaxPool1d', 'F.adaptive_max_pool1d(x, 4)', { output: 4 }, [sequence]),
  given('adaptiveMaxPool2d', 'F.adaptive_max_pool2d(x, (3, 3))', { output: [3, 3] }),
  given('adaptiveMaxPool2d', 'F.adaptive_max_pool2d(x, 1)', { output: 1 }),
  given('adaptiveMaxPool3d', 'F.adaptive_max_pool3d(x, (2, 2, 2))', { output: 2 }, [volume]),
];

const resamples: readonly KernelCase[] = [
  given('interpolate', 'F.interpolate(x, scale_factor=2)', { size: [14, 18], mode: 'nearest' }),
  given('interpolate', 'F.interpolate(x, size=(5, 13))', { size: [5, 13], mode: 'nearest' }),
  given('interpolate', 'F.interpolate(x, size=(5, 13), mode="nearest-exact")', {
    size: [5, 13],
    mode: 'nearest-exact',
  }),
  given('interpolate', 'F.interpolate(x, size=(14, 5), mode="bilinear", align_corners=False)', {
    size: [14, 5],
    mode: 'bilinear',
    alignCorners: false,
  }),
  given('interpolate', 'F.interpolate(x, size=(14, 5), mode="bilinear", align_corners=True)', {
    size: [14, 5],
    mode: 'bilinear',
    alignCorners: true,
  }),
  given('interpolate', 'F.interpolate(x, size=(11, 12), mode="bicubic")', {
    size: [11, 12],
    mode: 'bicubic',
    alignCorners: false,
  }),
  given('interpolate', 'F.interpolate(x, size=(3, 4), mode="area")', { size: [3, 4], mode: 'area' }),
  given('interpolate', 'F.interpolate(x, size=17, mode="linear")', { size: [17], mode: 'linear' }, [
    sequence,
  ]),
  given(
    'interpolate',
    'F.interpolate(x, size=(3, 9, 8), mode="trilinear")',
    { size: [3, 9, 8], mode: 'trilinear' },
    [volume],
  ),
  given('pixelShuffle', 'F.pixel_shuffle(x, 2)', { factor: 2 }, [[N, 8, 3, 4]]),
  given('pixelUnshuffle', 'F.pixel_unshuffle(x, 2)', { factor: 2 }, [[N, 3, 4, 6]]),
  given('unfold', 'F.unfold(x, 3, padding=1, stride=2)', { kernel: 3, padding: 1, stride: 2, dilation: 1 }),
  given('unfold', 'F.unfold(x, (2, 3), dilation=(2, 1))', {
    kernel: [2, 3],
    padding: 0,
    stride: 1,
    dilation: [2, 1],
  }),
  given(
    'fold',
    'F.fold(x, (6, 8), 2, stride=2)',
    { output: [6, 8], kernel: 2, stride: 2, padding: 0, dilation: 1 },
    [[N, 12, 12]],
  ),
  given(
    'fold',
    'F.fold(x, (5, 6), 3, padding=1)',
    { output: [5, 6], kernel: 3, stride: 1, padding: 1, dilation: 1 },
    [[N, 18, 30]],
  ),
  given('zeroPad2d', 'F.pad(x, (-1, 2, 1, -2))', { padding: [-1, 2, 1, -2] }),
  given('pad', 'F.pad(x, (1, 2))', { padding: [1, 2], mode: 'constant' }),
  given('pad', 'F.pad(x, (0, 0, 1, 1, 2, 0), value=3.0)', {
    padding: [0, 0, 1, 1, 2, 0],
    mode: 'constant',
    value: 3,
  }),
  given('pad', 'F.pad(x, (1, 2, 3, 0), mode="reflect")', { padding: [1, 2, 3, 0], mode: 'reflect' }),
  given('pad', 'F.pad(x, (1, 2, 3, 0), mode="replicate")', { padding: [1, 2, 3, 0], mode: 'replicate' }),
  given('pad', 'F.pad(x, (1, 2, 3, 0), mode="circular")', { padding: [1, 2, 3, 0], mode: 'circular' }),
  given('pad', 'F.pad(x, (-1, 1))', { padding: [-1, 1] }, [sequence]),
];

export const windowCases: readonly KernelCase[] = [...convolutions, ...pools, ...resamples];
