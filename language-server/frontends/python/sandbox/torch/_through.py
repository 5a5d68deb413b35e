"""How each view operation is read again, and what a write through it makes of what it was taken from."""

from _espalier import dims, record
from _espalier.dims import BatchDim

from . import _constant, _values, _views
from ._create import view_as_complex, view_as_real
from ._dtypes import int64
from ._elementwise import where
from ._index import index_select
from ._move import cat, expand
from ._reshape import flatten, permute, reshape
from ._slice import as_strided, cut


def _lost(read, step, new):
    """What the op table has no words for: a barrier, named in the graph."""
    return record.unknown('index assignment', [read(), new], [step.shape])[0]


def _reordered(read, step, new):
    order = step.args[0]
    return permute(new, *map(order.index, range(len(order))))


def _patched(read, step, new):
    """One slice is another: what lies before it, the new one, and what lies behind."""
    axis, start, length, stride = step.args
    size = step.shape[axis]
    if isinstance(size, BatchDim):
        return _lost(read, step, new)
    if stride != 1:
        return _scattered(read, _views.Step('places', (axis, range(start, start + length * stride, stride)), step.shape), new)
    end = start + length
    before = [cut(read(), axis, 0, start)] if start else []
    return cat([*before, new, *([cut(read(), axis, end, size - end)] if end < size else [])], axis)


def _scattered(read, step, new):
    """Chosen places along one axis: of old and new side by side, each place takes its own. The last of several wins."""
    axis, places = step.args
    size = step.shape[axis]
    order = list(range(size))
    for i, place in enumerate(places):
        order[place] = size + i
    return index_select(cat([read(), new], axis), axis, _constant.make([size], order, int64))


def _masked(read, step, new):
    return where(step.args[0], new, read())


_views.rows.update(
    reshape=(reshape, lambda read, step, new: reshape(new, step.shape)),
    flatten=(flatten, lambda read, step, new: reshape(new, step.shape)),
    permute=(lambda x, order: permute(x, *order), _reordered),
    slice=(cut, _patched),
    expand=(lambda x, shape: expand(x, *shape), _lost),
    as_strided=(as_strided, _lost),
    view_as_real=(view_as_real, _lost),
    view_as_complex=(view_as_complex, _lost),
    # These are only written through.
    places=(None, _scattered),
    mask=(None, _masked),
)  # fmt: skip


def _mask(x, key):
    """A mask among whole dimensions, spread to stand over all of `x`; None where the key is another."""
    key = key if isinstance(key, tuple) else (key,)
    masks = [k for k in key if hasattr(k, '_session') and k.dtype.name == 'bool' and k.shape]
    if len(masks) != 1 or any(k is not masks[0] and (hasattr(k, '_session') or k != slice(None)) for k in key):
        return None
    at = next(i for i, k in enumerate(key) if k is masks[0])
    behind = len(x.shape) - at - len(masks[0].shape)
    return None if behind < 0 else reshape(masks[0], (*[1] * at, *masks[0].shape, *[1] * behind))


def target(x, key, value, take):
    """The steps to what `x[key]` is, and its shape; None where they cannot be said."""
    mask = _mask(x, key)
    if mask is not None and (not hasattr(value, 'shape') or value.shape.numel() == 1):
        return (_views.Step('mask', (_views.settled(mask),), x.shape),), dims.Size()
    lookups = {}

    def part(blank):
        taken, found = take(blank, key)
        lookups.update(found)
        return taken

    try:
        steps, seen = _views.follow(x, part)
    except record.Barrier:
        return None
    if not lookups:
        return steps, seen.shape
    axis, index = next(iter(lookups.items()))
    places, size = _values.of(index), seen.shape[axis]
    if len(lookups) > 1 or places is None or len(index.shape) != 1 or isinstance(size, BatchDim):
        return None
    step = _views.Step('places', (axis, tuple(int(i) % size for i in places)), seen.shape)
    return (*steps, step), dims.Size([*seen.shape[:axis], len(places), *seen.shape[axis + 1 :]])


def fitted(value, shape, dtype):
    """A value as what it is written into wants it."""
    if not hasattr(value, 'shape'):
        return _constant.filled(shape, value, dtype)
    value = _constant.cast(value, dtype)
    while len(value.shape) > len(shape) and value.shape[0] == 1:
        value = reshape(value, value.shape[1:])
    return expand(value, *shape)
