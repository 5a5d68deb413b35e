"""Means and other reductions. The mean is an op of the table; the rest are barriers of known shape."""

from _espalier import record
from _espalier.dims import Size

from . import _constant
from ._layout import _axis
from ._ops import tensor


def _axes(x, dim):
    rank = len(x.shape)
    if dim is None:
        return list(range(rank))
    return [_axis(d, rank) for d in (dim if isinstance(dim, (tuple, list)) else (dim,))]


def mean(x, dim=None, keepdim=False, **kwargs):
    x = tensor(x)
    dim = kwargs.get('axis', dim)
    if not record.traced(x) and x._data:
        return _constant.make([], [sum(x._data) / len(x._data)]) if dim is None else reduce('mean', x, dim, keepdim)
    return record.op('mean', [x], {'axes': _axes(x, dim), 'keepDims': bool(keepdim)})[0]


def reduce(name, x, dim=None, keepdim=False, **kwargs):
    x = tensor(x)
    axes = _axes(x, kwargs.get('axis', dim))
    keepdim = kwargs.get('keepdims', keepdim)
    shape = Size((1 if i in axes else size) for i, size in enumerate(x.shape) if keepdim or i not in axes)
    if not record.traced(x) and x._data and len(axes) == len(x.shape):
        total = _whole(name, x._data)
        if total is not None:
            return _constant.make(shape, [total], x.dtype)
    return record.unknown(name, [x], [shape])[0]


def _whole(name, data):
    if name == 'prod':
        out = 1
        for value in data:
            out *= value
        return out
    plain = {'sum': sum, 'max': max, 'min': min, 'amax': max, 'amin': min, 'any': any, 'all': all}
    return plain[name](data) if name in plain else None


class Pair(tuple):
    """What max and friends answer along one dimension: `.values` and `.indices`."""

    values = property(lambda self: self[0])
    indices = property(lambda self: self[1])


def extreme(name, x, dim=None, keepdim=False, **kwargs):
    """max and min: of everything, along a dimension, or of two tensors."""
    dim = kwargs.get('other', dim)
    if hasattr(dim, 'shape'):
        from ._ops import elementwise

        return elementwise('maximum' if name == 'max' else 'minimum', x, dim)
    out = reduce(name, x, dim, keepdim)
    return out if dim is None else Pair((out, reduce(f'arg{name}', x, dim, keepdim)))


def topk(x, k, dim=-1, *_, **__):
    dim = _axis(dim, len(x.shape))
    shape = Size(k if i == dim else size for i, size in enumerate(x.shape))
    return Pair(record.unknown('topk', [x], [shape, shape]))


def sort(x, dim=-1, *_, **__):
    return Pair(record.unknown('sort', [x], [x.shape, x.shape]))


def norm(x, p=2, dim=None, keepdim=False, **_):
    return reduce('norm', x, dim, keepdim)


def _named(name):
    def function(x, dim=None, keepdim=False, **kwargs):
        kwargs.pop('dtype', None)
        if isinstance(dim, bool):  # std(x, unbiased)
            dim = None
        return reduce(name, x, dim, keepdim, **{k: v for k, v in kwargs.items() if k in ('axis', 'keepdims')})

    return function


table = {name: _named(name) for name in 'sum prod std var amax amin argmax argmin any all logsumexp median'.split()}
table.update(
    mean=mean,
    max=lambda x, *a, **k: extreme('max', x, *a, **k),
    min=lambda x, *a, **k: extreme('min', x, *a, **k),
    topk=topk,
    sort=sort,
    norm=norm,
)
