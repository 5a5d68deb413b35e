"""Normalisation layers."""

import math

from .. import ops
from .._emit import barrier, emit, part, sizes
from ._plain import first_to_last, last_to_first
from .layer import Layer


class BatchNormalization(Layer):
    def __init__(self, axis=-1, momentum=0.99, epsilon=1e-3, center=True, scale=True, beta_initializer='zeros',
                 gamma_initializer='ones', moving_mean_initializer='zeros', moving_variance_initializer='ones',
                 renorm=False, fused=None, synchronized=False, virtual_batch_size=None, **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        self.axis = axis[0] if isinstance(axis, (tuple, list)) else axis
        self.momentum, self.epsilon, self.center, self.scale = momentum, epsilon, bool(center), bool(scale)
        self.starts = gamma_initializer, beta_initializer, moving_mean_initializer, moving_variance_initializer

    def build(self, input_shape):
        width = input_shape[self.axis]
        if width is None:
            raise ValueError(f'Axis {self.axis} of the input of "{self.name}" has no size, but the layer needs one. Received: {tuple(input_shape)}')
        gamma, beta, mean, variance = self.starts
        self.gamma = self.add_weight((width,), gamma, name='gamma') if self.scale else None
        self.beta = self.add_weight((width,), beta, name='beta') if self.center else None
        self.moving_mean = self.add_weight((width,), mean, name='moving_mean', trainable=False)
        self.moving_variance = self.add_weight((width,), variance, name='moving_variance', trainable=False)

    def call(self, inputs, training=None, mask=None):
        rank = len(sizes(inputs))
        attrs = {
            'features': self.moving_mean.shape[0], 'eps': float(self.epsilon), 'momentum': 1 - float(self.momentum),
            'affine': self.scale or self.center, 'scale': self.scale, 'center': self.center,
        }  # fmt: skip
        params = {'weight': self.gamma, 'bias': self.beta, 'running_mean': self.moving_mean, 'running_var': self.moving_variance}
        if self.axis % rank == rank - 1:
            return emit('batchNorm2d', [inputs], attrs, self, params)[0]
        if self.axis % rank != 1:
            return barrier(f'batch norm over axis {self.axis}', [inputs], [sizes(inputs)])[0]
        with part(self, 'layout'):
            inputs = first_to_last(inputs)
        out = emit('batchNorm2d', [inputs], attrs, self, params)[0]
        with part(self, 'layout'):
            return last_to_first(out)


class LayerNormalization(Layer):
    kind = 'layerNorm'

    def __init__(self, axis=-1, epsilon=1e-3, center=True, scale=True, rms_scaling=False, beta_initializer='zeros',
                 gamma_initializer='ones', **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        self.axis, self.epsilon, self.center, self.scale = axis, epsilon, bool(center), bool(scale)
        self.starts = gamma_initializer, beta_initializer

    def build(self, input_shape):
        axes = self.axis if isinstance(self.axis, (tuple, list)) else [self.axis]
        shape = [input_shape[axis] for axis in sorted(axis % len(input_shape) for axis in axes)]
        self._last = sorted(axis % len(input_shape) for axis in axes) == list(range(len(input_shape)))[-len(axes) :]
        self.gamma = self.add_weight(shape, self.starts[0], name='gamma') if self.scale else None
        self.beta = self.add_weight(shape, self.starts[1], name='beta') if self.center else None
        self._shape = shape

    def call(self, inputs):
        if not self._last:
            return barrier(f'layer norm over axis {self.axis}', [inputs], [sizes(inputs)])[0]
        attrs = {
            'features': math.prod(self._shape), 'shape': list(self._shape), 'eps': float(self.epsilon),
            'affine': self.scale or self.center, 'scale': self.scale, 'bias': self.center,
        }  # fmt: skip
        params = {'weight': self.gamma, 'bias': self.beta}
        return emit(self.kind, [inputs], attrs, self, params)[0]


class RMSNormalization(Layer):
    def __init__(self, axis=-1, epsilon=1e-6, **kwargs):
        super().__init__(**kwargs)
        self.axis, self.epsilon = axis, epsilon

    def build(self, input_shape):
        axes = self.axis if isinstance(self.axis, (tuple, list)) else [self.axis]
        self._shape = [input_shape[axis] for axis in axes]
        self.scale = self.add_weight(self._shape, 'ones', name='scale')

    def call(self, inputs):
        attrs = {'features': math.prod(self._shape), 'shape': list(self._shape), 'eps': float(self.epsilon), 'affine': True}
        return emit('rmsNorm', [inputs], attrs, self, {'weight': self.scale})[0]


class GroupNormalization(Layer):
    def __init__(self, groups=32, axis=-1, epsilon=1e-3, center=True, scale=True, beta_initializer='zeros',
                 gamma_initializer='ones', **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        self.groups, self.axis, self.epsilon, self.center, self.scale = groups, axis, epsilon, bool(center), bool(scale)

    def build(self, input_shape):
        width = input_shape[self.axis]
        self._groups = width if self.groups == -1 else self.groups
        if width % self._groups:
            raise ValueError(f'Number of groups ({self._groups}) must be a divisor of the number of channels ({width})')
        self.gamma = self.add_weight((width,), 'ones', name='gamma') if self.scale else None
        self.beta = self.add_weight((width,), 'zeros', name='beta') if self.center else None
        self._width = width

    def call(self, inputs):
        if self.axis % len(sizes(inputs)) != len(sizes(inputs)) - 1:
            return barrier(f'group norm over axis {self.axis}', [inputs], [sizes(inputs)])[0]
        attrs = {
            'groups': self._groups, 'features': self._width, 'eps': float(self.epsilon),
            'affine': self.scale or self.center, 'scale': self.scale, 'center': self.center,
        }  # fmt: skip
        return emit('groupNorm', [inputs], attrs, self, {'weight': self.gamma, 'bias': self.beta})[0]


class UnitNormalization(Layer):
    def __init__(self, axis=-1, **kwargs):
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, inputs):
        axis = self.axis[0] if isinstance(self.axis, (tuple, list)) else self.axis
        return ops.normalize(inputs, axis)
