"""Pooling: over windows, over everything, and to a fixed size."""

from .._emit import emit
from ._plain import Spatial, each


class _Window(Spatial):
    kind = 'maxPool'

    def __init__(self, pool_size=2, strides=None, padding='valid', data_format=None, **kwargs):
        super().__init__(data_format=data_format, **kwargs)
        self.pool_size = tuple(each(pool_size, self.rank, 'pool_size'))
        self.strides = self.pool_size if strides is None else tuple(each(strides, self.rank, 'strides'))
        if str(padding).lower() not in ('valid', 'same'):
            raise ValueError(f'The `padding` argument must be valid or same. Received: {padding!r}')
        self.padding = padding.lower()

    def over(self, x):
        attrs = {'kernel': list(self.pool_size), 'stride': list(self.strides), 'padding': self.padding}
        if self.kind == 'avgPool':
            # Keras averages over the positions that exist, not over padding.
            attrs['countIncludePad'] = False
        return emit(f'{self.kind}{self.rank}d', [x], attrs)[0]


class _Global(Spatial):
    kind = 'mean'

    def __init__(self, data_format=None, keepdims=False, **kwargs):
        super().__init__(data_format=data_format, **kwargs)
        self.keepdims = bool(keepdims)

    def call(self, inputs, mask=None):
        start = 2 if self.first else 1
        axes = list(range(start, start + self.rank))
        return emit(self.kind, [inputs], {'axes': axes, 'keepDims': self.keepdims})[0]


class _Adaptive(Spatial):
    kind = 'adaptiveAvgPool'

    def __init__(self, output_size, data_format=None, **kwargs):
        super().__init__(data_format=data_format, **kwargs)
        self.output_size = each(output_size, self.rank, 'output_size')

    def over(self, x):
        return emit(f'{self.kind}{self.rank}d', [x], {'output': list(self.output_size)})[0]


def _family(base, rows):
    for title, kind in rows:
        for rank in (1, 2, 3):
            name = f'{title}{rank}D'
            yield name, type(name, (base,), {'kind': kind, 'rank': rank, '__module__': __name__})


globals().update(_family(_Window, [('MaxPooling', 'maxPool'), ('AveragePooling', 'avgPool')]))
globals().update(_family(_Global, [('GlobalAveragePooling', 'mean'), ('GlobalMaxPooling', 'max')]))
globals().update(_family(_Adaptive, [('AdaptiveAveragePooling', 'adaptiveAvgPool'), ('AdaptiveMaxPooling', 'adaptiveMaxPool')]))
