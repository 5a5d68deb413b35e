"""Pooling layers."""

from _espalier import record
from _espalier.dims import Size
from torch.nn import _pooling
from torch.nn._sizes import each

from .module import Module


class _MaxPoolNd(Module):
    def __init__(self, kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False):
        super().__init__()
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.dilation = padding, dilation
        self.return_indices, self.ceil_mode = return_indices, ceil_mode

    def forward(self, input):
        pool = getattr(_pooling, f'max_pool{self._rank}d')
        given = (self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode, self.return_indices)
        return pool(input, *given, module=self)


class _AvgPoolNd(Module):
    def __init__(self, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None):
        super().__init__()
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.ceil_mode, self.count_include_pad = padding, ceil_mode, count_include_pad
        self.divisor_override = divisor_override

    def forward(self, input):
        pool = getattr(_pooling, f'avg_pool{self._rank}d')
        return pool(input, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad, module=self)


class _AdaptivePoolNd(Module):
    def __init__(self, output_size, return_indices=False):
        super().__init__()
        self.output_size, self.return_indices = output_size, return_indices

    def forward(self, input):
        pool = getattr(_pooling, f'adaptive_{self._kind}_pool{self._rank}d')
        return pool(input, self.output_size, self.return_indices, module=self)


class MaxPool1d(_MaxPoolNd):
    _rank = 1


class MaxPool2d(_MaxPoolNd):
    _rank = 2


class MaxPool3d(_MaxPoolNd):
    _rank = 3


class AvgPool1d(_AvgPoolNd):
    _rank = 1


class AvgPool2d(_AvgPoolNd):
    _rank = 2


class AvgPool3d(_AvgPoolNd):
    _rank = 3


class AdaptiveAvgPool1d(_AdaptivePoolNd):
    _kind, _rank = 'avg', 1


class AdaptiveAvgPool2d(_AdaptivePoolNd):
    _kind, _rank = 'avg', 2


class AdaptiveAvgPool3d(_AdaptivePoolNd):
    _kind, _rank = 'avg', 3


class AdaptiveMaxPool1d(_AdaptivePoolNd):
    _kind, _rank = 'max', 1


class AdaptiveMaxPool2d(_AdaptivePoolNd):
    _kind, _rank = 'max', 2


class AdaptiveMaxPool3d(_AdaptivePoolNd):
    _kind, _rank = 'max', 3


class LPPool1d(_AvgPoolNd):
    """An average of powers: the windows are those of average pooling."""

    _rank = 1

    def __init__(self, norm_type, kernel_size, stride=None, ceil_mode=False):
        super().__init__(kernel_size, stride, 0, ceil_mode)
        self.norm_type = norm_type


class LPPool2d(LPPool1d):
    _rank = 2


class _FractionalMaxPoolNd(Module):
    """Windows of random places; how many there are is what is said."""

    def __init__(self, kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None):
        super().__init__()
        self.kernel_size, self.return_indices = kernel_size, return_indices
        self.output_size, self.output_ratio = output_size, output_ratio

    def forward(self, input):
        spatial = input.shape[-self._rank :]
        if self.output_size is not None:
            wanted = each(self.output_size, self._rank, 'output_size')
        else:
            ratios = self.output_ratio if isinstance(self.output_ratio, tuple) else (self.output_ratio,) * self._rank
            wanted = [int(size * ratio) for size, ratio in zip(spatial, ratios)]
        made = record.unknown(type(self).__name__, [input], [Size([*input.shape[: -self._rank], *wanted])] * 2)
        return tuple(made) if self.return_indices else made[0]


class FractionalMaxPool2d(_FractionalMaxPoolNd):
    _rank = 2


class FractionalMaxPool3d(_FractionalMaxPoolNd):
    _rank = 3


class _MaxUnpoolNd(Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.kernel_size, self.stride, self.padding = kernel_size, kernel_size if stride is None else stride, padding

    def forward(self, input, indices, output_size=None):
        given = (each(value, self._rank, 'size') for value in (self.kernel_size, self.stride, self.padding))
        spatial = input.shape[-self._rank :]
        wanted = [(n - 1) * s - 2 * p + k for n, k, s, p in zip(spatial, *given)]
        if output_size is not None:
            wanted = list(output_size)[-self._rank :]
        return record.unknown(type(self).__name__, [input, indices], [Size([*input.shape[: -self._rank], *wanted])])[0]


class MaxUnpool1d(_MaxUnpoolNd):
    _rank = 1


class MaxUnpool2d(_MaxUnpoolNd):
    _rank = 2


class MaxUnpool3d(_MaxUnpoolNd):
    _rank = 3
