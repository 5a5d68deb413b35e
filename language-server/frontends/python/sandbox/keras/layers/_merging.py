"""Layers of several inputs, and their functional twins: `layers.add([a, b])` is `layers.Add()([a, b])`."""

from .. import ops
from .._emit import part, sizes
from .layer import Layer


class _Merge(Layer):
    def build(self, input_shape):
        several = isinstance(input_shape, (list, tuple)) and input_shape and isinstance(input_shape[0], (list, tuple))
        if not several:
            raise ValueError(f'A merge layer should be called on a list of inputs. Received: input_shape={input_shape} (not a list of shapes)')

    def call(self, inputs):
        return self._fold(inputs)

    def _fold(self, inputs):
        first, *rest = inputs
        for i, other in enumerate(rest):
            if i + 1 < len(rest):
                with part(self, str(i)):
                    first = self.merge(first, other)
            else:
                first = self.merge(first, other)
        return first


def _folded(name, function):
    return type(name, (_Merge,), {'merge': staticmethod(function), '__module__': __name__})


Add = _folded('Add', ops.add)
Subtract = _folded('Subtract', ops.subtract)
Multiply = _folded('Multiply', ops.multiply)
Maximum = _folded('Maximum', ops.maximum)
Minimum = _folded('Minimum', ops.minimum)


class Average(_Merge):
    merge = staticmethod(ops.add)

    def call(self, inputs):
        with part(self, 'sum'):
            total = self._fold(inputs)
        return ops.multiply(total, 1 / len(inputs))


class Concatenate(_Merge):
    def __init__(self, axis=-1, **kwargs):
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, inputs):
        return ops.concatenate(inputs, self.axis)


class Dot(_Merge):
    def __init__(self, axes, normalize=False, **kwargs):
        super().__init__(**kwargs)
        self.axes, self.normalize = axes, normalize

    def call(self, inputs):
        a, b = inputs
        axes = [self.axes] * 2 if isinstance(self.axes, int) else list(self.axes)
        ranks = [len(sizes(x)) for x in inputs]
        i, j = (axis % rank for axis, rank in zip(axes, ranks))
        if self.normalize:
            with part(self, 'normalize'):
                a, b = ops.normalize(a, i), ops.normalize(b, j)
        letters = 'bcdefghijklmnop'
        left = 'a' + letters[: ranks[0] - 1]
        right = 'a' + letters[ranks[0] - 1 : ranks[0] + ranks[1] - 2]
        right = right[:j] + left[i] + right[j + 1 :]
        out = left.replace(left[i], '') + right[1:].replace(left[i], '')
        result = ops.einsum(f'{left},{right}->{out}', a, b)
        return ops.expand_dims(result, -1) if len(out) == 1 else result


def _twin(layer):
    def function(inputs, **kwargs):
        return layer(**kwargs)(inputs)

    return function


add, subtract, multiply, average = map(_twin, (Add, Subtract, Multiply, Average))
maximum, minimum = map(_twin, (Maximum, Minimum))


def concatenate(inputs, axis=-1, **kwargs):
    return Concatenate(axis=axis, **kwargs)(inputs)


def dot(inputs, axes=-1, **kwargs):
    return Dot(axes=axes, **kwargs)(inputs)
