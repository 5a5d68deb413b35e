"""Operations that give elements another shape or order: reshape, flatten, permute and their kin."""

from _espalier import dims, record
from _espalier.host import ShapeMismatch

from . import _strides, _values, _views
from ._ops import tensor


def sizes_of(sizes):
    """`f(2, 3)` and `f((2, 3))` mean the same."""
    return sizes[0] if len(sizes) == 1 and hasattr(sizes[0], '__iter__') else sizes


def axis_of(axis, rank):
    axis = dims.int_of(axis)
    if not -rank <= axis < max(rank, 1):
        raise ShapeMismatch(f'axis {axis} is outside a tensor of {rank} dimensions')
    return axis + rank if axis < 0 else axis


def axes_of(axes, rank):
    return [axis_of(axis, rank) for axis in (axes if isinstance(axes, (tuple, list)) else (axes,))]


def reshape(x, *sizes, **kwargs):
    sizes = kwargs.get('shape', kwargs.get('size', kwargs.get('dtype', sizes)))
    sizes = sizes_of(sizes) if isinstance(sizes, tuple) else sizes
    if hasattr(sizes, 'itemsize') or len(sizes) == 1 and hasattr(sizes[0], 'itemsize'):
        return x  # view(dtype)
    x = tensor(x)
    wanted = [dims.as_dim(size) for size in sizes]
    known, init = _values.of(x), x._init
    if tuple(wanted) == tuple(x.shape):
        return x
    out = record.op('reshape', [x], {'shape': dims.encode(wanted)})[0]
    out._init = init
    return _values.give(_shared('reshape', out, x, out.shape), known)


def _shared(row, out, x, *args):
    """A reshape is a view where the elements may stay where they are."""
    lie = _strides.reshaped(x, out.shape)
    return out if lie is None else _views.view(row, out, x, *args, strides=lie)


def view_as(x, other):
    return reshape(x, *other.shape)


def flatten(x, start_dim=0, end_dim=-1):
    x = tensor(x)
    if not x.shape:
        return reshape(x, 1)
    known = _values.of(x)
    out = record.op('flatten', [x], {'start': start_dim, 'end': end_dim})[0]
    return _values.give(_shared('flatten', out, x, start_dim, end_dim), known)


def unflatten(x, dim, sizes):
    dim = axis_of(dim, len(x.shape))
    return reshape(x, *x.shape[:dim], *sizes, *x.shape[dim + 1 :])


def squeeze(x, dim=None):
    rank = len(x.shape)
    axes = range(rank) if dim is None else axes_of(dim, rank)
    kept = [size for i, size in enumerate(x.shape) if not (i in axes and size == 1)]
    return x if len(kept) == rank else reshape(x, kept)


def unsqueeze(x, dim):
    dim = axis_of(dim, len(x.shape) + 1)
    return reshape(x, [*x.shape[:dim], 1, *x.shape[dim:]])


def permute(x, *order, dims=None):
    x = tensor(x)
    rank = len(x.shape)
    order = [axis_of(axis, rank) for axis in (sizes_of(order) if dims is None else dims)]
    if order == list(range(rank)):
        return x
    known = _values.of(x)
    out = record.op('permute', [x], {'order': order})[0]
    lie = _strides.of(x)
    _views.view('permute', out, x, order, strides=[lie[axis] for axis in order])
    if known is None:
        return out
    steps = _values.strides(x.shape)
    return _values.give(out, _values.strided(known, out.shape, [steps[axis] for axis in order]))


def transpose(x, dim0, dim1):
    order = list(range(len(x.shape)))
    a, b = axis_of(dim0, len(order)), axis_of(dim1, len(order))
    order[a], order[b] = order[b], order[a]
    return permute(x, *order)


def t(x):
    return transpose(x, 0, 1) if len(x.shape) == 2 else x


def movedim(x, source, destination):
    rank = len(x.shape)
    source, destination = axes_of(source, rank), axes_of(destination, rank)
    order = [axis for axis in range(rank) if axis not in source]
    for place, axis in sorted(zip(destination, source)):
        order.insert(place, axis)
    return permute(x, *order)


def at_least(rank):
    """atleast_1d and its kin: dimensions of one go in front, and for images one goes behind."""

    def grow(*tensors):
        if len(tensors) > 1 or isinstance(tensors[0], (tuple, list)):
            return tuple(grow(x) for x in (tensors if len(tensors) > 1 else tensors[0]))
        x = tensor(tensors[0])
        while len(x.shape) < rank:
            x = unsqueeze(x, len(x.shape) if len(x.shape) == 2 else 0)
        return x

    return grow


table = {
    'reshape': reshape, 'view': reshape, 'view_as': view_as, 'reshape_as': view_as, 'flatten': flatten,
    'ravel': flatten, 'unflatten': unflatten, 'squeeze': squeeze, 'unsqueeze': unsqueeze, 'permute': permute,
    'transpose': transpose, 'swapaxes': transpose, 'swapdims': transpose, 't': t, 'movedim': movedim,
    'moveaxis': movedim, 'atleast_1d': at_least(1), 'atleast_2d': at_least(2), 'atleast_3d': at_least(3),
    'adjoint': lambda x: transpose(x, -2, -1),
}  # fmt: skip
