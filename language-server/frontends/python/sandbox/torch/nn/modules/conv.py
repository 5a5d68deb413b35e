"""Convolutions and their transposes."""

import math

from _espalier import record
from torch._ops import tensor
from torch.nn import _convolution, _resize
from torch.nn._sizes import each, size

from ._start import uniform
from .module import Layer, Weighted


class _ConvNd(Weighted):
    _rank, transposed = 2, False

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1,
                 bias=True, padding_mode='zeros', device=None, dtype=None):  # fmt: skip
        super().__init__()
        self._setup(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias, padding_mode, 0)

    def _setup(self, in_channels, out_channels, kernel, stride, padding, dilation, groups, bias, mode, output_padding):
        rank = self._rank
        self.in_channels = size(in_channels, 'in_channels')
        self.out_channels = size(out_channels, 'out_channels')
        self.kernel_size = tuple(each(kernel, rank, 'kernel_size'))
        self.stride = tuple(each(stride, rank, 'stride'))
        self.padding = padding if isinstance(padding, str) else tuple(each(padding, rank, 'padding'))
        self.dilation = tuple(each(dilation, rank, 'dilation'))
        self.output_padding = tuple(each(output_padding, rank, 'output_padding'))
        self.groups = size(groups, 'groups')
        self.padding_mode = mode
        # Raises where the channels do not divide into groups.
        shape = next(shape for role, shape, _ in record.declared(self._op, self._attrs()) if role == 'weight')
        fan_in = math.prod(shape[1:])
        self.weight = uniform(shape, fan_in)
        self.bias = uniform([self.out_channels], fan_in) if bias else None
        if not bias:
            self.register_parameter('bias', None)
        self.reset_parameters()

    @property
    def _reversed_padding_repeated_twice(self):
        return [p for p in reversed(self._around()) for _ in (0, 1)]

    def _around(self):
        return [0] * self._rank if isinstance(self.padding, str) else each(self.padding, self._rank, 'padding')

    def _attrs(self, padding=None):
        channels = (self.in_channels, self.out_channels)
        padding = self.padding if padding is None else padding
        output_padding = self.output_padding if self.transposed else None
        return _convolution.attributes(
            self._rank, channels, self.kernel_size, self.stride, padding, self.dilation, self.groups,
            self._parameters.get('bias') is not None, output_padding,
        )  # fmt: skip

    def forward(self, input):
        padding = None
        if self.padding_mode != 'zeros':
            input, padding = _resize.pad(input, self._edges(), self.padding_mode), 0
        attrs = self._attrs(padding)
        return _convolution.batched(self._rank, tensor(input), lambda x: record.op(self._op, [x], attrs, self)[0])

    def _edges(self):
        """What another padding mode puts around the image first, last dimension first."""
        if self.padding != 'same':
            return self._reversed_padding_repeated_twice
        edges = []
        for kernel, dilation in zip(reversed(self.kernel_size), reversed(self.dilation)):
            reach = dilation * (kernel - 1)
            edges += [reach // 2, reach - reach // 2]
        return edges

    def _conv_forward(self, input, weight, bias):
        function = getattr(_convolution, f'conv{self._rank}d')
        if self.padding_mode != 'zeros':
            input = _resize.pad(input, self._edges(), self.padding_mode)
            return function(input, weight, bias, self.stride, 0, self.dilation, self.groups)
        return function(input, weight, bias, self.stride, self.padding, self.dilation, self.groups)


class Conv1d(_ConvNd):
    _op, _rank = 'conv1d', 1


class Conv2d(_ConvNd):
    _op, _rank = 'conv2d', 2


class Conv3d(_ConvNd):
    _op, _rank = 'conv3d', 3


class _ConvTransposeNd(_ConvNd):
    transposed = True

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1,
                 bias=True, dilation=1, padding_mode='zeros', device=None, dtype=None):  # fmt: skip
        Layer.__init__(self)
        self._setup(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias, padding_mode, output_padding)

    def forward(self, input, output_size=None):
        attrs = self._attrs()
        if output_size is not None:
            attrs['outputPadding'] = self._padding_for(input, list(output_size)[-self._rank :])
        return _convolution.batched(self._rank, tensor(input), lambda x: record.op(self._op, [x], attrs, self)[0])

    def _padding_for(self, input, wanted):
        """The output padding that makes the output as large as asked."""
        rows = zip(input.shape[-self._rank :], wanted, self.kernel_size, self.stride, self.padding, self.dilation)
        return [int(out) - ((n - 1) * s - 2 * p + d * (k - 1) + 1) for n, out, k, s, p, d in rows]


class ConvTranspose1d(_ConvTransposeNd):
    _op, _rank = 'convTranspose1d', 1


class ConvTranspose2d(_ConvTransposeNd):
    _op, _rank = 'convTranspose2d', 2


class ConvTranspose3d(_ConvTransposeNd):
    _op, _rank = 'convTranspose3d', 3
