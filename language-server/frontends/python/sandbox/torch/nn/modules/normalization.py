"""Layer, group, RMS and local response normalisation."""

import math

from _espalier import record
from _espalier.dims import show
from _espalier.host import ShapeMismatch
from torch.nn._sizes import size

from ._start import filled
from .module import Layer, Weighted


class LayerNorm(Weighted):
    _op = 'layerNorm'

    def __init__(self, normalized_shape, eps=1e-5, elementwise_affine=True, bias=True, device=None, dtype=None):
        super().__init__()
        shape = normalized_shape if isinstance(normalized_shape, (tuple, list)) else (normalized_shape,)
        self.normalized_shape = tuple(size(item, 'normalized_shape') for item in shape)
        self.eps, self.elementwise_affine = eps, bool(elementwise_affine)
        self.register_parameter('weight', filled(self.normalized_shape, 1.0) if elementwise_affine else None)
        self.register_parameter('bias', filled(self.normalized_shape, 0.0) if elementwise_affine and bias else None)
        self.reset_parameters()

    def _attrs(self):
        shape = list(self.normalized_shape)
        scaled = self._parameters.get('weight') is not None
        attrs = {'features': math.prod(shape), 'shape': shape, 'eps': float(self.eps), 'affine': scaled}
        return attrs | {'bias': False} if scaled and self._parameters.get('bias') is None else attrs


class RMSNorm(Weighted):
    _op = 'rmsNorm'

    def __init__(self, normalized_shape, eps=None, elementwise_affine=True, device=None, dtype=None):
        super().__init__()
        shape = normalized_shape if isinstance(normalized_shape, (tuple, list)) else (normalized_shape,)
        self.normalized_shape, self.eps, self.elementwise_affine = tuple(shape), eps, bool(elementwise_affine)
        self.register_parameter('weight', filled(self.normalized_shape, 1.0) if elementwise_affine else None)
        self.reset_parameters()

    def _attrs(self):
        shape = list(self.normalized_shape)
        scaled = self._parameters.get('weight') is not None
        return {'shape': shape, 'features': math.prod(shape), 'eps': float(self.eps or 1e-6), 'affine': scaled}

    def forward(self, input):
        return record.op(self._op, [input], self._attrs(), self, shapes=[input.shape])[0]


class GroupNorm(Weighted):
    _op = 'groupNorm'

    def __init__(self, num_groups, num_channels, eps=1e-5, affine=True, device=None, dtype=None):
        super().__init__()
        if num_channels % num_groups:
            raise ValueError('num_channels must be divisible by num_groups')
        self.num_groups, self.num_channels, self.eps, self.affine = num_groups, num_channels, eps, affine
        self.register_parameter('weight', filled([num_channels], 1.0) if affine else None)
        self.register_parameter('bias', filled([num_channels], 0.0) if affine else None)
        self.reset_parameters()

    def _attrs(self):
        scaled = self._parameters.get('weight') is not None
        return {'groups': self.num_groups, 'features': self.num_channels, 'eps': float(self.eps), 'affine': scaled}

    def forward(self, input):
        if len(input.shape) < 2 or input.shape[1] != self.num_channels:
            raise ShapeMismatch(f'GroupNorm expects {self.num_channels} channels but the input is {show(input.shape)}')
        return record.op(self._op, [input], self._attrs(), self, shapes=[input.shape])[0]


class LocalResponseNorm(Layer):
    _op = 'localResponseNorm'

    def __init__(self, size, alpha=1e-4, beta=0.75, k=1.0):
        super().__init__()
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def _attrs(self):
        return {'size': self.size, 'alpha': float(self.alpha), 'beta': float(self.beta), 'k': float(self.k)}

    def forward(self, input):
        return record.op(self._op, [input], self._attrs(), self, shapes=[input.shape])[0]


class CrossMapLRN2d(LocalResponseNorm):
    pass
