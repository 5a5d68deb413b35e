"""Tensors out of nothing, and conversions."""

from _espalier import dims
from torch import _constant

from .._emit import sizes
from .._tensor import is_tensor, raw, wrap


def _sizes(shape):
    shape = [shape] if isinstance(shape, int) else shape
    return [dims.BatchDim(1) if size is None else dims.as_dim(size) for size in shape]


def zeros(shape, dtype=None, **_):
    return wrap(_constant.filled(_sizes(shape), 0.0))


def ones(shape, dtype=None, **_):
    return wrap(_constant.filled(_sizes(shape), 1.0))


def full(shape, fill_value, dtype=None, **_):
    return wrap(_constant.filled(_sizes(shape), fill_value if isinstance(fill_value, (int, float)) else 0.0))


def empty(shape, dtype=None):
    return wrap(_constant.drawn(_sizes(shape), None))


def zeros_like(x, dtype=None, **_):
    return zeros(sizes(x))


def ones_like(x, dtype=None, **_):
    return ones(sizes(x))


def full_like(x, fill_value, dtype=None, **_):
    return full(sizes(x), fill_value)


def arange(start, stop=None, step=1, dtype=None, **_):
    bounds = (0, start) if stop is None else (start, stop)
    return wrap(_constant.arange(*bounds, step), 'int32')


def linspace(start, stop, num=50, **_):
    return wrap(_constant.linspace(start, stop, num))


def eye(n, m=None, **_):
    return wrap(_constant.eye(n, m))


identity = eye


def convert_to_tensor(x, dtype=None, **_):
    return x if is_tensor(x) else wrap(raw(x))


def convert_to_numpy(x):
    return raw(x)


array = convert_to_tensor
copy = stop_gradient = lambda x, *_, **__: x  # noqa: E731


def meshgrid(*x, indexing='xy'):
    return [wrap(t) for t in _constant.meshgrid(*map(raw, x), indexing=indexing)]


__all__ = [
    'zeros', 'ones', 'full', 'empty', 'zeros_like', 'ones_like', 'full_like', 'arange', 'linspace', 'eye', 'identity',
    'convert_to_tensor', 'convert_to_numpy', 'array', 'copy', 'stop_gradient', 'meshgrid',
]  # fmt: skip
