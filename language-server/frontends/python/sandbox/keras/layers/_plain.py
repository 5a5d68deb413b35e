"""What many layers share: sizes for each axis, channels first, and the activation at the end."""

from _espalier import dims, inert

from .. import activations
from .._emit import emit, part, sizes
from .layer import Layer


def size(value, what):
    """A count that a layer is built with."""
    if isinstance(value, inert.Inert):
        raise inert.Lacking(value._name)
    if isinstance(value, bool) or not hasattr(value, '__index__'):
        raise TypeError(f'{what} must be an integer, not {type(value).__name__} {value!r}')
    value = dims.int_of(value)
    if value < 1:
        raise ValueError(f'{what} must be positive, not {value}')
    return value


def each(value, rank, what):
    """One number for each spatial axis."""
    if isinstance(value, (tuple, list)):
        if len(value) != rank:
            raise ValueError(f'{what} must be an integer or a tuple of {rank} integers. Received: {value!r}')
        return [size(item, what) for item in value]
    return [size(value, what)] * rank


def first_to_last(x):
    rank = len(sizes(x))
    return emit('permute', [x], {'order': [0, *range(2, rank), 1]})[0]


def last_to_first(x):
    rank = len(sizes(x))
    return emit('permute', [x], {'order': [0, rank - 1, *range(1, rank - 1)]})[0]


class Spatial(Layer):
    """A layer over images, sequences or volumes; channels are last unless it says otherwise."""

    rank = 2

    def __init__(self, data_format=None, **kwargs):
        super().__init__(**kwargs)
        from .. import backend

        self.data_format = data_format or backend.image_data_format()

    @property
    def first(self):
        return self.data_format == 'channels_first'

    def channels(self, shape):
        found = shape[1 if self.first else -1]
        if found is None:
            raise ValueError(f'The channel dimension of the inputs should be defined. The input_shape received is {tuple(shape)}')
        return found

    def call(self, inputs):
        if not self.first:
            return self.over(inputs)
        with part(self, 'layout'):
            inputs = first_to_last(inputs)
        out = self.over(inputs)
        with part(self, 'layout'):
            return last_to_first(out)

    def over(self, x):
        raise NotImplementedError


class Activated(Layer):
    """A layer that ends in an activation."""

    def activate(self, x):
        activation = self.activation
        if activation is activations.linear:
            return x
        with part(self, activations.title(activation)):
            return activation(x)
