"""Functions that change the size of images: interpolation, shuffling, padding, patches."""

import math

from _espalier import record
from _espalier.dims import BatchDim, Size, show
from _espalier.host import ShapeMismatch
from torch import _views
from torch._ops import tensor
from torch._reshape import permute, reshape

from ._sizes import pair, size as count


def interpolate(input, size=None, scale_factor=None, mode='nearest', align_corners=None, *_, module=None, **__):
    input = tensor(input)
    spatial = input.shape[2:]
    if size is not None:
        wanted = [count(item, 'size') for item in size] if isinstance(size, (tuple, list)) else [count(size, 'size')] * len(spatial)
    elif scale_factor is None:
        raise ValueError('either size or scale_factor should be defined')
    else:
        scales = scale_factor if isinstance(scale_factor, (tuple, list)) else [scale_factor] * len(spatial)
        wanted = [math.floor(int(dim) * float(scale)) for dim, scale in zip(spatial, scales)]
    attrs = {'size': wanted, 'mode': mode, 'alignCorners': bool(align_corners)}
    return record.op('interpolate', [input], attrs, module, shapes=[Size([*input.shape[:2], *wanted])])[0]


def pixel_shuffle(input, upscale_factor, module=None):
    *lead, c, h, w = input.shape
    f = upscale_factor
    if c % (f * f):
        raise ShapeMismatch(f'pixel shuffle by {f} needs channels divisible by {f * f}, not {show(input.shape)}')
    return record.op('pixelShuffle', [input], {'factor': f}, module, shapes=[Size([*lead, c // (f * f), h * f, w * f])])[0]


def pixel_unshuffle(input, downscale_factor, module=None):
    *lead, c, h, w = input.shape
    f = downscale_factor
    if h % f or w % f:
        raise ShapeMismatch(f'pixel unshuffle by {f} needs sizes divisible by {f}, not {show(input.shape)}')
    return record.op('pixelUnshuffle', [input], {'factor': f}, module, shapes=[Size([*lead, c * f * f, h // f, w // f])])[0]


def channel_shuffle(input, groups):
    n, c, *spatial = input.shape
    apart = reshape(input, n, groups, c // groups, *spatial)
    return reshape(permute(apart, 0, 2, 1, *range(3, len(spatial) + 3)), input.shape)


def pad(input, pad, mode='constant', value=None, module=None):
    """PyTorch's order: last dimension first, before and after."""
    input = tensor(input)
    pad = [int(item) for item in pad]
    if not any(pad):
        return _views.settled(input)
    if mode == 'constant' and not value and len(pad) <= 4 and len(input.shape) == 4:
        return record.op('zeroPad2d', [input], {'padding': pad + [0] * (4 - len(pad))}, module)[0]
    shape = list(input.shape)
    for i in range(len(pad) // 2):
        grown = pad[2 * i] + pad[2 * i + 1]
        shape[-1 - i] = shape[-1 - i] + grown if grown or not isinstance(shape[-1 - i], BatchDim) else shape[-1 - i]
    if min(shape) < 0:
        raise ShapeMismatch(f'padding {pad} leaves nothing of {show(input.shape)}')
    attrs = {'padding': pad, 'mode': mode, 'value': float(value or 0)}
    return record.op('pad', [input], attrs, module, shapes=[Size(shape)])[0]


def unfold(input, kernel_size, dilation=1, padding=0, stride=1, module=None):
    attrs = _patches(kernel_size, dilation, padding, stride)
    n, c, *spatial = input.shape
    count = math.prod(_steps(spatial, attrs))
    shape = Size([n, c * math.prod(attrs['kernel']), count])
    return record.op('unfold', [input], attrs, module, shapes=[shape])[0]


def fold(input, output_size, kernel_size, dilation=1, padding=0, stride=1, module=None):
    attrs = _patches(kernel_size, dilation, padding, stride) | {'output': pair(output_size, 'output_size')}
    shape = Size([input.shape[0], input.shape[1] // math.prod(attrs['kernel']), *attrs['output']])
    return record.op('fold', [input], attrs, module, shapes=[shape])[0]


def _patches(kernel, dilation, padding, stride):
    given = {'kernel': kernel, 'dilation': dilation, 'padding': padding, 'stride': stride}
    return {key: pair(value, key) for key, value in given.items()}


def _steps(spatial, attrs):
    """How many places a window has along each axis."""
    rows = zip(spatial, attrs['kernel'], attrs['dilation'], attrs['padding'], attrs['stride'])
    return [(n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, d, p, s in rows]
