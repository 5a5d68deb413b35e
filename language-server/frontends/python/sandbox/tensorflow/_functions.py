"""TensorFlow's names for the functions of `keras.ops`, at its top level and in `tf.nn`, `tf.math`, `tf.image`."""

import sys

from _espalier import dims
from _espalier.inert import InertModule
from keras import activations, layers, ops, random
from keras._emit import barrier, emit
from keras._emit import sizes as of
from keras._graph import operation
from keras._tensor import is_tensor


def _reduce(name):
    function = getattr(ops, name)

    def call(input_tensor, axis=None, keepdims=False, name=None, **_):
        return function(input_tensor, axis=axis, keepdims=keepdims)

    return call


def _transpose(a, perm=None, name=None, **_):
    return ops.transpose(a, perm)


def _concat(values, axis=0, name=None):
    return ops.concatenate(list(values), axis)


@operation('split')
def _split(value, num_or_size_splits, axis=0, num=None, name=None):
    if isinstance(num_or_size_splits, int):
        return ops.split(value, num_or_size_splits, axis)
    rank = len(of(value))
    lengths = [dims.int_of(n) for n in num_or_size_splits]
    if -1 in lengths:
        rest = of(value)[axis % rank] - sum(n for n in lengths if n != -1)
        lengths = [rest if n == -1 else n for n in lengths]
    return ops.pieces(value, axis % rank, lengths)


@operation('matmul')
def _matmul(a, b, transpose_a=False, transpose_b=False, **_):
    a = ops.swapaxes(a, -1, -2) if transpose_a else a
    b = ops.swapaxes(b, -1, -2) if transpose_b else b
    return ops.matmul(a, b)


@operation('gather')
def _gather(params, indices, axis=0, batch_dims=0, **_):
    return ops.take(params, indices, axis)


@operation('resize')
def _resize(images, size, method='bilinear', **_):
    height, width = (dims.int_of(n) for n in size)
    return layers.Resizing(height, width, method).over(images)


def _cast(x, dtype=None, name=None):
    return ops.cast(x, dtype)


@operation('pad')
def _pad(tensor, paddings, mode='CONSTANT', constant_values=0, name=None):
    return ops.pad(tensor, paddings, mode, constant_values)


@operation('depth_to_space')
def _depth_to_space(input, block_size, *_, **__):
    return emit('pixelShuffle', [input], {'factor': int(block_size)})[0]


@operation('space_to_depth')
def _space_to_depth(input, block_size, *_, **__):
    return emit('pixelUnshuffle', [input], {'factor': int(block_size)})[0]


@operation('extract_patches')
def _extract_patches(images, sizes=None, strides=None, rates=None, padding='VALID', name=None, **_):
    """Every window as a row of its pixels."""
    batch, *image, channels = of(images)
    window, step, spread = sizes[1:3], strides[1:3], (rates or [1, 1, 1, 1])[1:3]
    same = str(padding).upper() == 'SAME'
    out = [-(-n // s) if same else (n - r * (k - 1) - 1) // s + 1 for n, k, s, r in zip(image, window, step, spread)]
    return barrier('extract_patches', [images], [(batch, *out, window[0] * window[1] * channels)])[0]


def _dropout(x, rate=0.5, **_):
    return random.dropout(x, rate)


def _range(start, limit=None, delta=1, **_):
    return ops.arange(start, limit, delta)


_SAME = (
    'add subtract multiply divide maximum minimum abs exp log log1p sqrt rsqrt square sign sin cos tan floor round ceil equal not_equal less '
    'less_equal greater greater_equal logical_and logical_or logical_not where reshape expand_dims squeeze stack unstack tile repeat '
    'zeros ones zeros_like ones_like eye einsum linspace stop_gradient broadcast_to roll tensordot shape argmax argmin '
    'one_hot cumsum norm sort argsort convert_to_tensor meshgrid'
).split()
_NAMED = {
    **{f'reduce_{name}': _reduce(name) for name in ('mean', 'sum', 'max', 'min', 'prod', 'any', 'all', 'std', 'logsumexp')},
    'reduce_variance': _reduce('var'), 'pow': ops.power, 'negative': ops.negative, 'transpose': _transpose, 'concat': _concat, 'split': _split,
    'matmul': _matmul, 'gather': _gather, 'cast': _cast, 'pad': _pad, 'range': _range, 'identity': ops.copy, 'clip_by_value': ops.clip,
    'fill': ops.full, 'reverse': ops.flip, 'is_tensor': is_tensor, 'sigmoid': activations.sigmoid, 'tanh': activations.tanh,
}  # fmt: skip
_ACTIVATIONS = 'relu relu6 elu selu gelu sigmoid tanh softmax log_softmax softplus softsign silu swish leaky_relu'.split()


def _pooled(function):
    def call(input, ksize, strides, padding, **_):
        inner = lambda value: list(value)[1:-1] if isinstance(value, (list, tuple)) and len(value) > 2 else value  # noqa: E731
        return function(input, inner(ksize), inner(strides), padding)

    return call


def _crelu(x):
    return ops.relu(ops.concatenate([x, ops.negative(x)], -1))


def _module(parent, name, members):
    made = InertModule(f'tensorflow.{name}')
    vars(made).update(members)
    sys.modules[f'tensorflow.{name}'] = made
    setattr(parent, name, made)


def bind(namespace, module):
    top = {**{name: getattr(ops, name) for name in _SAME}, **_NAMED}
    namespace.update(top)
    functions = {name: getattr(activations, name) for name in _ACTIVATIONS}
    pools = {'max_pool2d': _pooled(ops.max_pool), 'avg_pool2d': _pooled(ops.average_pool), 'max_pool': _pooled(ops.max_pool)}
    pools['avg_pool'] = pools['avg_pool2d']
    own = {'dropout': _dropout, 'crelu': _crelu, 'l2_normalize': lambda x, axis=-1, **_: ops.normalize(x, axis)}
    own.update(depth_to_space=_depth_to_space, space_to_depth=_space_to_depth, moments=ops.moments, top_k=ops.top_k)
    _module(module, 'nn', {**functions, **pools, **own})
    extra = {'erf': ops.erf, 'multiply': ops.multiply, 'softplus': ops.softplus, 'l2_normalize': own['l2_normalize']}
    _module(module, 'math', {**top, **functions, **extra})
    _module(module, 'image', {'resize': _resize, 'extract_patches': _extract_patches})
    _module(module, 'linalg', {'matmul': _matmul, 'norm': ops.norm, 'einsum': ops.einsum})
    _module(module, 'random', {name: getattr(random, name) for name in ('normal', 'uniform')})
    _module(module, 'initializers', {})
