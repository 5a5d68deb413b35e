"""Layers without parameters that change the size of an image, outside the op table."""

from _espalier import record
from _espalier.dims import Size, show
from _espalier.host import ShapeMismatch

from .layers import pair
from .module import Module


def image(name, input):
    if len(input.shape) != 4:
        raise ShapeMismatch(f'{name} needs a 4-D input, not {show(input.shape)}')
    return input.shape


def interpolate(input, size=None, scale_factor=None, mode='nearest', align_corners=None, **_):
    spatial = input.shape[2:]
    if size is not None:
        wanted = list(size) if isinstance(size, (tuple, list)) else [size] * len(spatial)
    else:
        scales = scale_factor if isinstance(scale_factor, (tuple, list)) else [scale_factor] * len(spatial)
        wanted = [int(dim * scale) for dim, scale in zip(spatial, scales)]
    return record.unknown('interpolate', [input], [Size([*input.shape[:2], *wanted])])[0]


class Upsample(Module):
    def __init__(self, size=None, scale_factor=None, mode='nearest', align_corners=None, **_):
        super().__init__()
        self.size, self.scale_factor = size, scale_factor

    def forward(self, input):
        return interpolate(input, self.size, self.scale_factor)


class UpsamplingNearest2d(Upsample):
    pass


class UpsamplingBilinear2d(Upsample):
    pass


def pixel_shuffle(input, factor):
    n, c, h, w = image('pixel shuffle', input)
    if c % (factor * factor):
        raise ShapeMismatch(f'pixel shuffle by {factor} needs channels divisible by {factor * factor}, not {show(input.shape)}')
    return record.unknown('pixel_shuffle', [input], [Size([n, c // (factor * factor), h * factor, w * factor])])[0]


class PixelShuffle(Module):
    def __init__(self, upscale_factor):
        super().__init__()
        self.upscale_factor = upscale_factor

    def forward(self, input):
        return pixel_shuffle(input, self.upscale_factor)


class PixelUnshuffle(Module):
    def __init__(self, downscale_factor):
        super().__init__()
        self.downscale_factor = downscale_factor

    def forward(self, input):
        n, c, h, w = image('pixel unshuffle', input)
        f = self.downscale_factor
        return record.unknown('pixel_unshuffle', [input], [Size([n, c * f * f, h // f, w // f])])[0]


class AdaptiveMaxPool2d(Module):
    def __init__(self, output_size, return_indices=False):
        super().__init__()
        self.output_size = output_size

    def forward(self, input):
        n, c, h, w = image('adaptive max pooling', input)
        wanted = [b if a is None else a for a, b in zip(pair(self.output_size, 'output_size'), (h, w))]
        return record.unknown('adaptive_max_pool2d', [input], [Size([n, c, *wanted])])[0]


class _Pooling1d(Module):
    def __init__(self, kernel_size, stride=None, padding=0, *args, ceil_mode=False, **kwargs):
        super().__init__()
        first = lambda value: value[0] if isinstance(value, (tuple, list)) else value  # noqa: E731
        self.kernel_size, self.padding = first(kernel_size), first(padding)
        self.stride = self.kernel_size if stride is None else first(stride)

    def forward(self, input):
        length = (input.shape[-1] + 2 * self.padding - self.kernel_size) // self.stride + 1
        if length < 1:
            raise ShapeMismatch(f'a {self.kernel_size}-wide window does not fit into {show(input.shape)}')
        return record.unknown(type(self).__name__, [input], [Size([*input.shape[:-1], length])])[0]


class MaxPool1d(_Pooling1d):
    pass


class AvgPool1d(_Pooling1d):
    pass


class AdaptiveAvgPool1d(Module):
    def __init__(self, output_size):
        super().__init__()
        self.output_size = output_size[0] if isinstance(output_size, (tuple, list)) else output_size

    def forward(self, input):
        return record.unknown(type(self).__name__, [input], [Size([*input.shape[:-1], self.output_size])])[0]


class AdaptiveMaxPool1d(AdaptiveAvgPool1d):
    pass


def pad(name, input, padding):
    """PyTorch's order: last dimension first, before and after."""
    shape = list(input.shape)
    for i in range(len(padding) // 2):
        shape[-1 - i] = shape[-1 - i] + padding[2 * i] + padding[2 * i + 1]
    return record.unknown(name, [input], [Size(shape)])[0]


class _Padding(Module):
    rank = 2

    def __init__(self, padding, value=0):
        super().__init__()
        self.padding = tuple(padding) if isinstance(padding, (tuple, list)) else (padding,) * (2 * self.rank)

    def forward(self, input):
        return pad(type(self).__name__, input, self.padding)


ReflectionPad2d, ReplicationPad2d, ConstantPad2d, CircularPad2d = (
    type(f'{kind}Pad2d', (_Padding,), {'__module__': __name__})
    for kind in ('Reflection', 'Replication', 'Constant', 'Circular')
)
ReflectionPad1d, ReplicationPad1d, ConstantPad1d, ZeroPad1d = (
    type(f'{kind}Pad1d', (_Padding,), {'rank': 1, '__module__': __name__})
    for kind in ('Reflection', 'Replication', 'Constant', 'Zero')
)
