"""Convolutions of one to three dimensions: plain, depthwise, separable and transposed."""

from .. import activations
from .._emit import emit, part
from ._plain import Activated, Spatial, each, size


class _Conv(Spatial, Activated):
    def __init__(self, filters, kernel_size, strides=1, padding='valid', data_format=None, dilation_rate=1, groups=1,
                 activation=None, use_bias=True, kernel_initializer='glorot_uniform', bias_initializer='zeros', **kwargs):  # fmt: skip
        super().__init__(data_format=data_format, **kwargs)
        self.filters = size(filters, 'filters') if filters is not None else None
        self.kernel_size = tuple(each(kernel_size, self.rank, 'kernel_size'))
        self.strides = tuple(each(strides, self.rank, 'strides'))
        self.dilation_rate = tuple(each(dilation_rate, self.rank, 'dilation_rate'))
        self.padding, self.groups, self.use_bias = _padding(padding, self.rank), size(groups, 'groups'), bool(use_bias)
        self.activation = activations.get(activation)
        self.kernel_initializer, self.bias_initializer = kernel_initializer, bias_initializer

    def build(self, input_shape):
        if len(input_shape) != self.rank + 2:
            raise ValueError(f'Input 0 of layer "{self.name}" is incompatible with the layer: expected ndim={self.rank + 2}, found ndim={len(input_shape)}. Full shape received: {tuple(input_shape)}')
        self._make(self.channels(input_shape))

    def _make(self, channels):
        if channels % self.groups:
            raise ValueError(f'The number of input channels must be evenly divisible by the number of groups. Received groups={self.groups}, but the input has {channels} channels')
        self.kernel = self.add_weight((*self.kernel_size, channels // self.groups, self.filters), self.kernel_initializer, name='kernel')
        self._make_bias(self.filters)

    def _make_bias(self, count):
        self.bias = self.add_weight((count,), self.bias_initializer, name='bias') if self.use_bias else None

    def _attrs(self, channels, out, groups, bias):
        return {
            'inChannels': channels, 'outChannels': out, 'kernel': list(self.kernel_size), 'stride': list(self.strides),
            'padding': 'valid' if self.padding == 'causal' else self.padding, 'dilation': list(self.dilation_rate),
            'groups': groups, 'bias': bias,
        }  # fmt: skip

    def _causal(self, x):
        """Only the past: all of the padding goes before the first step."""
        if self.padding != 'causal':
            return x
        with part(self, 'padding'):
            before = self.dilation_rate[0] * (self.kernel_size[0] - 1)
            return emit('pad', [x], {'padding': [0, 0, before, 0], 'mode': 'constant', 'value': 0})[0]

    def over(self, x):
        channels = self.kernel.shape[-2] * self.groups
        attrs = self._attrs(channels, self.filters, self.groups, self.use_bias)
        return self.activate(self._convolve(f'conv{self.rank}d', self._causal(x), attrs, self.kernel, self.bias))

    def _convolve(self, kind, x, attrs, kernel, bias):
        return emit(kind, [x], attrs, self, {'weight': kernel, 'bias': bias})[0]


class Conv1D(_Conv):
    rank = 1


class Conv2D(_Conv):
    rank = 2


class Conv3D(_Conv):
    rank = 3


class _Depthwise(_Conv):
    def __init__(self, kernel_size, strides=1, padding='valid', depth_multiplier=1, data_format=None, dilation_rate=1,
                 activation=None, use_bias=True, depthwise_initializer='glorot_uniform', bias_initializer='zeros', **kwargs):  # fmt: skip
        super().__init__(None, kernel_size, strides, padding, data_format, dilation_rate, 1, activation, use_bias,
                         depthwise_initializer, bias_initializer, **kwargs)  # fmt: skip
        self.depth_multiplier = size(depth_multiplier, 'depth_multiplier')

    def _make(self, channels):
        self.kernel = self.add_weight((*self.kernel_size, channels, self.depth_multiplier), self.kernel_initializer, name='kernel')
        self._make_bias(channels * self.depth_multiplier)

    def over(self, x):
        channels = self.kernel.shape[-2]
        attrs = self._attrs(channels, channels * self.depth_multiplier, channels, self.use_bias)
        return self.activate(self._convolve(f'conv{self.rank}d', self._causal(x), attrs, self.kernel, self.bias))


class DepthwiseConv1D(_Depthwise):
    rank = 1


class DepthwiseConv2D(_Depthwise):
    rank = 2


class _Separable(_Conv):
    def __init__(self, filters, kernel_size, strides=1, padding='valid', data_format=None, dilation_rate=1,
                 depth_multiplier=1, activation=None, use_bias=True, depthwise_initializer='glorot_uniform',
                 pointwise_initializer='glorot_uniform', bias_initializer='zeros', **kwargs):  # fmt: skip
        super().__init__(filters, kernel_size, strides, padding, data_format, dilation_rate, 1, activation, use_bias,
                         depthwise_initializer, bias_initializer, **kwargs)  # fmt: skip
        self.depth_multiplier, self.pointwise_initializer = size(depth_multiplier, 'depth_multiplier'), pointwise_initializer

    def _make(self, channels):
        wide = channels * self.depth_multiplier
        self.depthwise_kernel = self.add_weight((*self.kernel_size, channels, self.depth_multiplier), self.kernel_initializer, name='depthwise_kernel')
        self.pointwise_kernel = self.add_weight((*[1] * self.rank, wide, self.filters), self.pointwise_initializer, name='pointwise_kernel')
        self._make_bias(self.filters)

    def over(self, x):
        channels, wide = self.depthwise_kernel.shape[-2], self.pointwise_kernel.shape[-2]
        with part(self, 'depthwise'):
            x = self._convolve(f'conv{self.rank}d', self._causal(x), self._attrs(channels, wide, channels, False), self.depthwise_kernel, None)
        one = [1] * self.rank
        attrs = {**self._attrs(wide, self.filters, 1, self.use_bias), 'kernel': one, 'stride': one, 'dilation': one, 'padding': 'valid'}
        return self.activate(self._convolve(f'conv{self.rank}d', x, attrs, self.pointwise_kernel, self.bias))


class SeparableConv1D(_Separable):
    rank = 1


class SeparableConv2D(_Separable):
    rank = 2


class _Transposed(_Conv):
    def __init__(self, filters, kernel_size, strides=1, padding='valid', output_padding=None, data_format=None,
                 dilation_rate=1, activation=None, use_bias=True, kernel_initializer='glorot_uniform',
                 bias_initializer='zeros', **kwargs):  # fmt: skip
        # TensorFlow's Keras has the data format before the padding of the output in some versions.
        if isinstance(output_padding, str):
            output_padding, data_format = None, output_padding
        super().__init__(filters, kernel_size, strides, padding, data_format, dilation_rate, 1, activation, use_bias,
                         kernel_initializer, bias_initializer, **kwargs)  # fmt: skip
        self.output_padding = output_padding

    def _make(self, channels):
        self.kernel = self.add_weight((*self.kernel_size, self.filters, channels), self.kernel_initializer, name='kernel')
        self._make_bias(self.filters)

    def over(self, x):
        attrs = self._attrs(self.kernel.shape[-1], self.filters, 1, self.use_bias)
        attrs.update(self._ends())
        return self.activate(self._convolve(f'convTranspose{self.rank}d', x, attrs, self.kernel, self.bias))

    def _ends(self):
        """Padding and output padding: without the latter, 'same' is stride × input and 'valid' all that is reached."""
        reach = [d * (k - 1) + 1 for k, d in zip(self.kernel_size, self.dilation_rate)]
        if self.output_padding is None:
            extra = [max(s - r, 0) if self.padding == 'valid' else 0 for s, r in zip(self.strides, reach)]
            return {'outputPadding': extra}
        extra = each_or_zero(self.output_padding, self.rank)
        padding = [r // 2 if self.padding == 'same' else 0 for r in reach]
        return {'padding': padding, 'outputPadding': extra}


def each_or_zero(value, rank):
    return [int(item) for item in value] if isinstance(value, (tuple, list)) else [int(value)] * rank


class Conv1DTranspose(_Transposed):
    rank = 1


class Conv2DTranspose(_Transposed):
    rank = 2


class Conv3DTranspose(_Transposed):
    rank = 3


def _padding(value, rank):
    known = ('valid', 'same', 'causal') if rank == 1 else ('valid', 'same')
    if not isinstance(value, str) or value.lower() not in known:
        raise ValueError(f'The `padding` argument must be one of {", ".join(known)}. Received: {value!r}')
    return value.lower()
