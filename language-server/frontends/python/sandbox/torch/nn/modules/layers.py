"""Layers of the op table. Each says its attributes; parameters and shapes come from the table."""

from _espalier import dims, inert, record
from _espalier.host import ShapeMismatch
from torch._tensor import Tensor
from torch._dtypes import int64

from .module import Layer, Module


def size(value, what):
    """A count that a layer is built with."""
    if isinstance(value, inert.Inert) or (type(value) is int and value == 0 and inert.ever):
        raise inert.Lacking(getattr(value, '_name', inert.ever))
    if isinstance(value, bool) or not hasattr(value, '__index__'):
        raise TypeError(f'{what} must be an integer, not {type(value).__name__} {value!r}')
    return dims.int_of(value)


def pair(value, what):
    if isinstance(value, str):
        return value
    if isinstance(value, (tuple, list)):
        if len(value) not in (1, 2):
            raise ValueError(f'{what} must be one number or a pair, not {value!r}')
        return [size(item, what) for item in value] * (2 // len(value))
    return [size(value, what)] * 2


class Conv2d(Layer):
    _op = 'conv2d'

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1,
                 bias=True, padding_mode='zeros', device=None, dtype=None):  # fmt: skip
        super().__init__()
        self.in_channels = size(in_channels, 'in_channels')
        self.out_channels = size(out_channels, 'out_channels')
        self.kernel_size = tuple(pair(kernel_size, 'kernel_size'))
        self.stride = tuple(pair(stride, 'stride'))
        self.padding = padding if isinstance(padding, str) else tuple(pair(padding, 'padding'))
        self.dilation = tuple(pair(dilation, 'dilation'))
        self.groups = size(groups, 'groups')
        self.padding_mode = padding_mode
        self.transposed, self.output_padding = False, (0, 0)
        self._biased = bool(bias)
        self._declare()
        if not bias:
            self.register_parameter('bias', None)

    def _attrs(self):
        biased = self._parameters['bias'] is not None if 'bias' in self._parameters else self._biased
        padding = self.padding if isinstance(self.padding, str) else list(pair(self.padding, 'padding'))
        return {
            'inChannels': self.in_channels,
            'outChannels': self.out_channels,
            'kernel': pair(self.kernel_size, 'kernel_size'),
            'stride': pair(self.stride, 'stride'),
            'padding': padding,
            'dilation': pair(self.dilation, 'dilation'),
            'groups': self.groups,
            'bias': biased,
        }

    def forward(self, input):
        if self.padding_mode == 'zeros':
            return super().forward(input)
        shapes = record._shapes('conv2d', [input], self._attrs())
        return record.unknown(f'conv2d with {self.padding_mode} padding', [input], shapes)[0]

    _conv_forward = None


class Linear(Layer):
    _op = 'linear'

    def __init__(self, in_features, out_features, bias=True, device=None, dtype=None):
        super().__init__()
        self.in_features = size(in_features, 'in_features')
        self.out_features = size(out_features, 'out_features')
        self._biased = bool(bias)
        self._declare()
        if not bias:
            self.register_parameter('bias', None)

    def _attrs(self):
        biased = self._parameters['bias'] is not None if 'bias' in self._parameters else self._biased
        return {'inFeatures': self.in_features, 'outFeatures': self.out_features, 'bias': biased}


NonDynamicallyQuantizableLinear = Linear


class _BatchNorm(Layer):
    _op = 'batchNorm2d'
    _ranks = ()

    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True,
                 device=None, dtype=None):  # fmt: skip
        super().__init__()
        self.num_features = size(num_features, 'num_features')
        self.eps, self.momentum, self.affine = eps, momentum, bool(affine)
        self.track_running_stats = track_running_stats
        self._declare()
        if not affine:
            self.register_parameter('weight', None)
            self.register_parameter('bias', None)
        if track_running_stats:
            self.register_buffer('num_batches_tracked', Tensor._make([], [0], int64))
        else:
            self._buffers.clear()

    def _attrs(self):
        momentum = 0.1 if self.momentum is None else float(self.momentum)
        return {'features': self.num_features, 'eps': float(self.eps), 'momentum': momentum, 'affine': self.affine}

    def forward(self, input):
        if self._ranks and len(input.shape) not in self._ranks:
            expected = ' or '.join(f'{rank}-D' for rank in self._ranks)
            raise ShapeMismatch(f'{type(self).__name__} expects a {expected} input, not {dims.show(input.shape)}')
        if not self.track_running_stats:
            shapes = record._shapes(self._op, [input], self._attrs())
            return record.unknown('batch norm without running statistics', [input], shapes)[0]
        return super().forward(input)


class BatchNorm1d(_BatchNorm):
    _ranks = (2, 3)


class BatchNorm2d(_BatchNorm):
    _ranks = (4,)


class BatchNorm3d(_BatchNorm):
    _ranks = (5,)


class SyncBatchNorm(_BatchNorm):
    @classmethod
    def convert_sync_batchnorm(cls, module, process_group=None):
        return module


class LayerNorm(Layer):
    _op = 'layerNorm'

    def __init__(self, normalized_shape, eps=1e-5, elementwise_affine=True, bias=True, device=None, dtype=None):
        super().__init__()
        shape = normalized_shape if isinstance(normalized_shape, (tuple, list)) else (normalized_shape,)
        self.normalized_shape = tuple(size(item, 'normalized_shape') for item in shape)
        self.eps, self.elementwise_affine = eps, bool(elementwise_affine)
        self._declare()
        if not elementwise_affine:
            self.register_parameter('weight', None)
        if not elementwise_affine or not bias:
            self.register_parameter('bias', None)

    def _attrs(self):
        shape = list(self.normalized_shape)
        features = 1
        for dim in shape:
            features *= dim
        return {'features': features, 'shape': shape, 'eps': float(self.eps), 'affine': self.elementwise_affine}


class _Window(Layer):
    """Pooling layers have no parameters, so nothing is declared."""


class MaxPool2d(_Window):
    _op = 'maxPool2d'

    def __init__(self, kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False):
        super().__init__()
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.dilation = padding, dilation
        self.return_indices, self.ceil_mode = return_indices, ceil_mode

    def _attrs(self):
        return {
            'kernel': pair(self.kernel_size, 'kernel_size'),
            'stride': pair(self.stride, 'stride'),
            'padding': pair(self.padding, 'padding'),
            'dilation': pair(self.dilation, 'dilation'),
            'ceilMode': bool(self.ceil_mode),
        }

    def forward(self, input):
        if not self.return_indices:
            return super().forward(input)
        shapes = record._shapes(self._op, [input], self._attrs()) * 2
        return tuple(record.unknown('maxPool2d with indices', [input], shapes))


class AvgPool2d(_Window):
    _op = 'avgPool2d'

    def __init__(self, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True,
                 divisor_override=None):  # fmt: skip
        super().__init__()
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.ceil_mode, self.count_include_pad = padding, ceil_mode, count_include_pad

    def _attrs(self):
        return {
            'kernel': pair(self.kernel_size, 'kernel_size'),
            'stride': pair(self.stride, 'stride'),
            'padding': pair(self.padding, 'padding'),
            'ceilMode': bool(self.ceil_mode),
            'countIncludePad': bool(self.count_include_pad),
        }


class AdaptiveAvgPool2d(_Window):
    _op = 'adaptiveAvgPool2d'

    def __init__(self, output_size):
        super().__init__()
        self.output_size = output_size

    def forward(self, input):
        return adaptive_average(input, self.output_size, self)


def adaptive_average(input, output_size, module=None):
    """A None in the output size keeps the input's; for everything to be kept would be the identity."""
    wanted = list(output_size) if isinstance(output_size, (tuple, list)) else [output_size] * 2
    if len(input.shape) == 4:
        wanted = [input.shape[2 + i] if item is None else size(item, 'output_size') for i, item in enumerate(wanted)]
    else:
        wanted = [1 if item is None else item for item in wanted]
    return record.op('adaptiveAvgPool2d', [input], {'output': wanted}, module)[0]


class Flatten(_Window):
    _op = 'flatten'

    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def _attrs(self):
        return {'start': self.start_dim, 'end': self.end_dim}


class Unflatten(Module):
    def __init__(self, dim, unflattened_size):
        super().__init__()
        self.dim, self.unflattened_size = dim, unflattened_size

    def forward(self, input):
        from torch import _layout

        return _layout.unflatten(input, self.dim, self.unflattened_size)


class ZeroPad2d(_Window):
    _op = 'zeroPad2d'

    def __init__(self, padding):
        super().__init__()
        self.padding = padding

    def _attrs(self):
        four = self.padding if isinstance(self.padding, (tuple, list)) else [self.padding] * 4
        return {'padding': [size(item, 'padding') for item in four]}


class Identity(_Window):
    _op = 'identity'

    def __init__(self, *args, **kwargs):
        super().__init__()
