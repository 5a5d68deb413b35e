"""Means, sums and other reductions; running totals; the largest ones; order."""

import math
from collections import Counter

from _espalier import record
from _espalier.dims import Size

from . import _constant, _values
from ._dtypes import bool_, int64
from ._elementwise import apply
from ._ops import maximum, minimum, tensor
from ._reshape import axes_of, axis_of


def _variance(values):
    mean = sum(values) / len(values)
    return sum((x - mean) ** 2 for x in values) / max(1, len(values) - 1)


def _place(choose):
    return lambda values: values.index(choose(values))


# PyTorch's name → the op table's kind, and what it makes of numbers.
_KINDS = {
    'mean': ('mean', lambda v: sum(v) / len(v)), 'sum': ('sum', sum), 'prod': ('prod', math.prod), 'amax': ('max', max),
    'amin': ('min', min), 'std': ('std', lambda v: math.sqrt(_variance(v))), 'var': ('var', _variance),
    'argmax': ('argmax', _place(max)), 'argmin': ('argmin', _place(min)), 'any': ('any', any), 'all': ('all', all),
    'logsumexp': ('logsumexp', None), 'median': ('median', lambda v: sorted(v)[(len(v) - 1) // 2]), 'nansum': ('sum', sum),
    'nanmean': ('mean', None), 'count_nonzero': ('sum', lambda v: sum(x != 0 for x in v)),
}  # fmt: skip
# Of a batch, these depend on how long it is.
_COUNTED = ('sum', 'prod', 'std', 'var', 'nansum', 'count_nonzero')
_DTYPES = {'argmax': int64, 'argmin': int64, 'any': bool_, 'all': bool_, 'count_nonzero': int64}


def reduce(name, x, dim=None, keepdim=False, **attrs):
    x = tensor(x)
    kind, function = _KINDS[name]
    rank = len(x.shape)
    axes = list(range(rank)) if dim is None or dim == () or dim == [] else axes_of(dim, rank)
    shape = Size((1 if i in axes else size) for i, size in enumerate(x.shape) if keepdim or i not in axes)
    dtype = _DTYPES.get(name) or (int64 if name in ('sum', 'prod') and not x.dtype.is_floating_point else None)
    counted = name in _COUNTED and _values.batched(x.shape[axis] for axis in axes)
    known = _values.of(x) if function and not counted else None
    attrs = {'axes': axes, 'keepDims': bool(keepdim), **attrs}
    out = record.op(kind, [x], attrs, shapes=[shape], dtype=dtype)[0] if rank else x
    return _values.give(out, _values.along(known, x.shape, axes, function)) if rank else out


def norm(x, p=2, dim=None, keepdim=False, **_):
    x = tensor(x)
    rank = len(x.shape)
    axes = list(range(rank)) if dim is None else axes_of(dim, rank)
    shape = Size((1 if i in axes else size) for i, size in enumerate(x.shape) if keepdim or i not in axes)
    p = 2.0 if isinstance(p, str) or p is None else max(-1e9, min(1e9, float(p)))
    return record.op('norm', [x], {'axes': axes, 'keepDims': bool(keepdim), 'p': p}, shapes=[shape])[0]


class Pair(tuple):
    """What max and friends answer along one dimension: `.values` and `.indices`."""

    values = property(lambda self: self[0])
    indices = property(lambda self: self[1])


def extreme(name, x, dim=None, keepdim=False, **kwargs):
    """max and min: of everything, along a dimension, or of two tensors."""
    dim = kwargs.get('other', kwargs.get('axis', dim))
    if hasattr(dim, 'shape'):
        return (maximum if name == 'max' else minimum)(x, dim)
    out = reduce(f'a{name}', x, dim, keepdim)
    return out if dim is None else Pair((out, reduce(f'arg{name}', x, dim, keepdim)))


def median(x, dim=None, keepdim=False):
    out = reduce('median', x, dim, keepdim)
    return out if dim is None else Pair((out, reduce('argmax', x, dim, keepdim)))


def topk(x, k, dim=-1, largest=True, *_, **__):
    dim = axis_of(dim, len(x.shape))
    k = int(k)
    shape = Size(k if i == dim else size for i, size in enumerate(x.shape))
    return _pair(record.op('topk', [x], {'axis': dim, 'k': k, 'largest': bool(largest)}, shapes=[shape, shape]))


def sort(x, dim=-1, descending=False, *_, **__):
    known = _values.of(x)
    attrs = {'axis': axis_of(dim, len(x.shape)), 'descending': bool(descending)}
    values, indices = _pair(record.op('sort', [x], attrs, shapes=[x.shape, x.shape]))
    if known is not None and len(x.shape) == 1:
        order = sorted(range(len(known)), key=known.__getitem__, reverse=descending)
        _values.give(values, [known[i] for i in order]), _values.give(indices, order)
    return Pair((values, indices))


def _pair(made):
    made[1].dtype = int64
    return Pair(made)


def argsort(x, dim=-1, descending=False, **_):
    return sort(x, dim, descending)[1]


def running(kind, function):
    def total(x, dim=None, **kwargs):
        axis = axis_of(kwargs.get('axis', dim), len(x.shape))
        known = _values.of(x)
        dtype = kwargs.get('dtype') or (None if x.dtype.is_floating_point else int64)
        out = record.op(kind, [x], {'axis': axis}, shapes=[x.shape], dtype=dtype)[0]
        return _values.give(out, _values.running(known, x.shape, axis, function))

    return total


def unique(x, *args, return_inverse=False, return_counts=False, **_):
    """How many different values there are is known for constants alone."""
    values = x._values('the different values')
    known = sorted(set(values))
    place, count = {value: i for i, value in enumerate(known)}, Counter(values)
    out = _constant.make([len(known)], known, x.dtype)
    extra = [_constant.make(x.shape, [place[value] for value in values], int64)] if return_inverse else []
    extra += [_constant.make([len(known)], [count[value] for value in known], int64)] if return_counts else []
    return (out, *extra) if extra else out


def normalize(input, p=2.0, dim=1, eps=1e-12, out=None):
    return apply('normalize', input, axis=axis_of(dim, len(input.shape)), p=float(p), eps=float(eps))


def cdist(x1, x2, p=2.0, **_):
    return record.unknown('cdist', [x1, x2], [Size([*x1.shape[:-1], x2.shape[-2]])])[0]


def std_mean(name):
    return lambda x, dim=None, *args, keepdim=False, **_: (reduce(name, x, dim, keepdim), reduce('mean', x, dim, keepdim))


def _named(name):
    spread = name in ('std', 'var')

    def function(x, dim=None, *args, **kwargs):
        dim = kwargs.get('axis', dim)
        if isinstance(dim, bool):  # std(x, unbiased)
            dim, args = None, (dim, *args)
        more = {}
        if spread:  # They take `unbiased` before `keepdim`.
            unbiased, *args = args or (kwargs.get('unbiased', True),)
            more['correction'] = int(kwargs.get('correction', unbiased))
        keep = kwargs.get('keepdim', kwargs.get('keepdims', args[-1] if args and isinstance(args[-1], bool) else False))
        return reduce(name, x, dim, keep, **more)

    function.__name__ = name
    return function


table = {name: _named(name) for name in _KINDS}
table.update(
    max=lambda x, *a, **k: extreme('max', x, *a, **k), min=lambda x, *a, **k: extreme('min', x, *a, **k),
    aminmax=lambda x, dim=None, keepdim=False: (reduce('amin', x, dim, keepdim), reduce('amax', x, dim, keepdim)),
    median=median, topk=topk, sort=sort, argsort=argsort, norm=norm, unique=unique, normalize=normalize, cdist=cdist,
    cumsum=running('cumsum', lambda a, b: a + b), cumprod=running('cumprod', lambda a, b: a * b),
    std_mean=std_mean('std'), var_mean=std_mean('var'),
)  # fmt: skip


def diff(input, n=1, dim=-1, **_):
    """Differences of neighbours."""
    from ._slice import cut

    axis = axis_of(dim, len(input.shape))
    size = input.shape[axis] - 1
    return cut(input, axis, 1, size) - cut(input, axis, 0, size)


table['diff'] = diff
