"""Dense and its kin, embeddings, and layers around functions."""

import string

from .. import activations, ops
from .._emit import emit, part, sizes
from ._plain import Activated, size
from .layer import Layer


class Dense(Activated):
    def __init__(self, units, activation=None, use_bias=True, kernel_initializer='glorot_uniform',
                 bias_initializer='zeros', **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        self.units, self.use_bias = size(units, 'units'), bool(use_bias)
        self.activation = activations.get(activation)
        self.kernel_initializer, self.bias_initializer = kernel_initializer, bias_initializer

    def build(self, input_shape):
        width = input_shape[-1]
        if width is None:
            raise ValueError(f'The last dimension of the inputs to a Dense layer should be defined. Found None. Full input shape received: {tuple(input_shape)}')
        self.kernel = self.add_weight((width, self.units), self.kernel_initializer, name='kernel')
        self.bias = self.add_weight((self.units,), self.bias_initializer, name='bias') if self.use_bias else None

    def call(self, inputs, training=None):
        attrs = {'inFeatures': self.kernel.shape[0], 'outFeatures': self.units, 'bias': self.use_bias}
        return self.activate(emit('linear', [inputs], attrs, self, {'weight': self.kernel, 'bias': self.bias})[0])


class EinsumDense(Activated):
    def __init__(self, equation, output_shape, activation=None, bias_axes=None, kernel_initializer='glorot_uniform',
                 bias_initializer='zeros', **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        self.equation, self.bias_axes = equation, bias_axes
        self.partial_output_shape = (output_shape,) if isinstance(output_shape, int) else tuple(output_shape)
        self.activation = activations.get(activation)
        self.kernel_initializer, self.bias_initializer = kernel_initializer, bias_initializer

    def build(self, input_shape):
        kernel, bias, self.full_equation = _einsum_shapes(self.equation, self.bias_axes, input_shape, self.partial_output_shape)
        self.kernel = self.add_weight(kernel, self.kernel_initializer, name='kernel')
        self.bias = self.add_weight(bias, self.bias_initializer, name='bias') if bias is not None else None

    def call(self, inputs, training=None):
        attrs = {
            'equation': self.full_equation,
            'kernel': list(self.kernel.shape),
            'bias': list(self.bias.shape) if self.bias is not None else None,
        }
        return self.activate(emit('einsumDense', [inputs], attrs, self, {'weight': self.kernel, 'bias': self.bias})[0])


def _einsum_shapes(equation, bias_axes, input_shape, output_shape):
    """Kernel and bias shapes, and the equation with letters in the place of an ellipsis."""
    left, _, result = equation.replace(' ', '').partition('->')
    given, kernel = left.split(',')
    free = [letter for letter in string.ascii_letters if letter not in equation]
    dots = ''.join(free[: len(input_shape) - len(given.replace('...', ''))])
    given, result = given.replace('...', dots), result.replace('...', dots)
    if len(given) != len(input_shape):
        raise ValueError(f'The equation {equation} does not fit an input of shape {tuple(input_shape)}')
    sizes_of = dict(zip(given, input_shape))
    # The output shape leaves out the batch, and may leave sizes to the input's.
    tail = result[len(result) - len(output_shape) :]
    for letter, wanted in zip(tail, output_shape):
        sizes_of[letter] = wanted if wanted is not None else sizes_of.get(letter)
    missing = [letter for letter in kernel if sizes_of.get(letter) is None]
    if missing:
        raise ValueError(f'Weight dimension {missing[0]!r} has no match in the input or output of {equation}')
    bias = None
    if bias_axes:
        first = min(result.index(letter) for letter in bias_axes)
        bias = [sizes_of[letter] if letter in bias_axes else 1 for letter in result[first:]]
    return [sizes_of[letter] for letter in kernel], bias, f'{given},{kernel}->{result}'


class Embedding(Layer):
    def __init__(self, input_dim, output_dim, embeddings_initializer='uniform', mask_zero=False, **kwargs):
        super().__init__(**kwargs)
        self.input_dim, self.output_dim = size(input_dim, 'input_dim'), size(output_dim, 'output_dim')
        self.embeddings_initializer, self.mask_zero = embeddings_initializer, mask_zero

    def build(self, input_shape=None):
        shape = (self.input_dim, self.output_dim)
        self.embeddings = self.add_weight(shape, self.embeddings_initializer, name='embeddings')

    def call(self, inputs):
        attrs = {'count': self.input_dim, 'features': self.output_dim}
        return emit('embedding', [inputs], attrs, self, {'weight': self.embeddings})[0]


class ReversibleEmbedding(Embedding):
    def __init__(self, input_dim, output_dim, tie_weights=True, **kwargs):
        super().__init__(input_dim, output_dim, **kwargs)
        self.tie_weights = tie_weights

    def build(self, input_shape=None):
        super().build(input_shape)
        if not self.tie_weights:
            self.reverse_embeddings = self.add_weight((self.output_dim, self.input_dim), name='reverse_embeddings')

    def call(self, inputs, reverse=False):
        if not reverse:
            return super().call(inputs)
        other = ops.transpose(self.embeddings) if self.tie_weights else self.reverse_embeddings
        return ops.matmul(inputs, other)


class Activation(Layer):
    def __init__(self, activation, **kwargs):
        super().__init__(**kwargs)
        self.activation = activations.get(activation)

    def call(self, inputs):
        linear = self.activation is activations.linear
        return emit('identity', [inputs], {})[0] if linear else self.activation(inputs)


class Lambda(Layer):
    def __init__(self, function, output_shape=None, mask=None, arguments=None, **kwargs):
        super().__init__(**kwargs)
        self.function, self.arguments = function, arguments or {}

    def call(self, inputs, mask=None, training=None):
        return self.function(inputs, **self.arguments)


class Identity(Layer):
    def call(self, inputs, *_, **__):
        return emit('identity', [inputs], {})[0]


class Masking(Identity):
    def __init__(self, mask_value=0.0, **kwargs):
        super().__init__(**kwargs)
        self.mask_value = mask_value


class Wrapper(Layer):
    def __init__(self, layer, **kwargs):
        super().__init__(**kwargs)
        if not isinstance(layer, Layer):
            raise ValueError(f'Layer {layer} supplied to Wrapper is not a supported layer type.')
        self.layer = layer

    def call(self, inputs, *args, **kwargs):
        return self.layer(inputs)


class TimeDistributed(Wrapper):
    """The layer on each step: steps join the batch, and leave it again."""

    def build(self, input_shape):
        if len(input_shape) < 3:
            raise ValueError(f'`TimeDistributed` Layer should be passed an `input_shape` with at least 3 dimensions, received: {tuple(input_shape)}')
        self.layer.build((input_shape[0], *input_shape[2:]))

    def call(self, inputs, training=None, mask=None):
        shape = sizes(inputs)
        with part(self, 'steps'):
            flat = ops.reshape(inputs, [shape[0] * shape[1], *shape[2:]])
        out = self.layer(flat)
        return ops.reshape(out, [shape[0], shape[1], *sizes(out)[1:]])


class SpectralNormalization(Wrapper):
    """The wrapped layer; its vector of power iteration is a weight of its own."""

    def build(self, input_shape):
        self.layer.build(input_shape)
        self.kernel = self.layer.embeddings if isinstance(self.layer, Embedding) else self.layer.kernel
        self.vector_u = self.add_weight((1, self.kernel.shape[-1]), 'truncated_normal', name='vector_u', trainable=False)

    def call(self, inputs, training=None):
        return self.layer(inputs)
