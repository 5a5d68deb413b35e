"""Reductions, running sums and orders."""

from .. import _graph
from .._emit import emit, sizes
from .shaping import _axis


def _axes(x, axis):
    rank = len(sizes(x))
    if axis is None:
        return list(range(rank))
    return [_axis(a, rank) for a in (axis if isinstance(axis, (tuple, list)) else [axis])]


def _reduction(title, kind=None):
    def call(x, axis=None, keepdims=False, **_):
        return emit(kind or title, [x], {'axes': _axes(x, axis), 'keepDims': bool(keepdims)})[0]

    call.__name__ = title
    return _graph.operation(title)(call)


mean, sum, prod, std, var = map(_reduction, ('mean', 'sum', 'prod', 'std', 'var'))  # noqa: A001
max, min, any, all, argmax, argmin = map(_reduction, ('max', 'min', 'any', 'all', 'argmax', 'argmin'))  # noqa: A001
amax, amin, logsumexp, median = _reduction('amax', 'max'), _reduction('amin', 'min'), _reduction('logsumexp'), _reduction('median')
average = mean


@_graph.operation('norm')
def norm(x, ord=None, axis=None, keepdims=False):  # noqa: A002
    return emit('norm', [x], {'axes': _axes(x, axis), 'keepDims': bool(keepdims), 'p': 2})[0]


@_graph.operation('cumsum')
def cumsum(x, axis=None, **_):
    return emit('cumsum', [x], {'axis': _axes(x, axis)[0]})[0]


@_graph.operation('cumprod')
def cumprod(x, axis=None, **_):
    return emit('cumprod', [x], {'axis': _axes(x, axis)[0]})[0]


@_graph.operation('sort')
def sort(x, axis=-1):
    return emit('sort', [x], {'axis': _axes(x, axis)[0]})[0]


@_graph.operation('argsort')
def argsort(x, axis=-1):
    return emit('sort', [x], {'axis': _axes(x, axis)[0]})[1]


@_graph.operation('top_k')
def top_k(x, k, sorted=True):  # noqa: A002
    return tuple(emit('topk', [x], {'axis': len(sizes(x)) - 1, 'k': int(k)}))


def moments(x, axes, keepdims=False, **_):
    return mean(x, axes, keepdims), var(x, axes, keepdims)


__all__ = [
    'mean', 'sum', 'prod', 'std', 'var', 'max', 'min', 'any', 'all', 'argmax', 'argmin', 'amax', 'amin', 'logsumexp', 'median', 'average',
    'norm', 'cumsum', 'cumprod', 'sort', 'argsort', 'top_k', 'moments',
]  # fmt: skip
