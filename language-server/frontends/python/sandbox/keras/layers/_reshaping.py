"""Layers that move elements: reshape, permute, pad, crop, repeat, resize."""

from .. import ops
from .._emit import emit, part, sizes
from ._plain import Spatial, each, size
from .layer import Layer


class Flatten(Layer):
    def __init__(self, data_format=None, **kwargs):
        super().__init__(**kwargs)
        self.data_format = data_format

    def call(self, inputs):
        if len(sizes(inputs)) < 2:
            return ops.expand_dims(inputs, -1)
        return emit('flatten', [inputs], {'start': 1, 'end': -1})[0]


class Reshape(Layer):
    def __init__(self, target_shape, **kwargs):
        super().__init__(**kwargs)
        self.target_shape = tuple(target_shape) if isinstance(target_shape, (tuple, list)) else (target_shape,)

    def call(self, inputs):
        return ops.reshape(inputs, (sizes(inputs)[0], *self.target_shape))


class Permute(Layer):
    def __init__(self, dims, **kwargs):
        super().__init__(**kwargs)
        self.dims = tuple(dims)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ValueError(f'Invalid permutation argument `dims` for Permute Layer. Received: dims={self.dims}')

    def call(self, inputs):
        return ops.transpose(inputs, (0, *self.dims))


class RepeatVector(Layer):
    def __init__(self, n, **kwargs):
        super().__init__(**kwargs)
        self.n = size(n, 'n')

    def call(self, inputs):
        batch, width = sizes(inputs)
        with part(self, 'step'):
            x = ops.expand_dims(inputs, 1)
        return emit('repeat', [x], {'counts': [1, self.n, 1]})[0]


def _pairs(value, rank, what):
    """[(before, after)] of each spatial axis, from a number, a number for each axis, or pairs."""
    if isinstance(value, int):
        return [(value, value)] * rank
    if rank == 1:
        return [tuple(value) if isinstance(value[0], int) else tuple(value[0])]
    if len(value) != rank:
        raise ValueError(f'`{what}` should have {rank} elements. Received: {what}={value}')
    return [(item, item) if isinstance(item, int) else tuple(item) for item in value]


class _Padding(Spatial):
    def __init__(self, padding=1, data_format=None, **kwargs):
        super().__init__(data_format=data_format, **kwargs)
        self.padding = _pairs(padding, self.rank, 'padding')

    def over(self, x):
        sides = [side for pair in reversed(self.padding) for side in pair]
        if self.rank == 2:
            return emit('zeroPad2d', [x], {'padding': sides})[0]
        return emit('pad', [x], {'padding': [0, 0, *sides], 'mode': 'constant', 'value': 0})[0]


class _Cropping(Spatial):
    def __init__(self, cropping=1, data_format=None, **kwargs):
        super().__init__(data_format=data_format, **kwargs)
        self.cropping = _pairs(cropping, self.rank, 'cropping')

    def over(self, x):
        for i, (before, after) in enumerate(self.cropping[:-1]):
            with part(self, str(i)):
                x = self._cut(x, i + 1, before, after)
        return self._cut(x, self.rank, *self.cropping[-1])

    def _cut(self, x, axis, before, after):
        length = sizes(x)[axis] - before - after
        if length < 1:
            raise ValueError(f'`cropping` parameter of `{type(self).__name__}` layer is too large: it leaves nothing of {tuple(x.shape)}')
        return emit('slice', [x], {'axis': axis, 'start': before, 'length': length, 'step': 1})[0]


class _UpSampling(Spatial):
    def __init__(self, size=2, data_format=None, interpolation='nearest', **kwargs):
        super().__init__(data_format=data_format, **kwargs)
        self.size, self.interpolation = each(size, self.rank, 'size'), interpolation

    def over(self, x):
        wanted = [dim * by for dim, by in zip(sizes(x)[1:-1], self.size)]
        return emit('interpolate', [x], {'size': wanted, 'mode': self.interpolation, 'alignCorners': False})[0]


def _family(base, title):
    for rank in (1, 2, 3):
        yield f'{title}{rank}D', type(f'{title}{rank}D', (base,), {'rank': rank, '__module__': __name__})


globals().update(_family(_Padding, 'ZeroPadding'))
globals().update(_family(_Cropping, 'Cropping'))
globals().update(_family(_UpSampling, 'UpSampling'))
