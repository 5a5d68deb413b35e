"""Indexing with tensors: masks and lists of positions."""

from _espalier import dims, record
from _espalier.dims import Size

from . import _values
from ._dtypes import bool_, int64
from ._reshape import axis_of, flatten
from ._ops import broadcast, tensor
from ._tensor import Tensor


def normal(x, key):
    """A key as a tuple of None, slices, integers and index tensors, one for each dimension that it names."""
    key = list(key) if isinstance(key, tuple) else [key]
    flat = []
    for k in key:
        if isinstance(k, (list, range)):
            k = tensor(list(k))
        if isinstance(k, bool):
            k = None if k else slice(0, 0)
        if isinstance(k, Tensor) and k.dtype is bool_:
            flat.extend(_places(x, k))
        elif isinstance(k, Tensor) and not k.shape and k._data is not None and not record.traced(k):
            flat.append(int(k._data[0]))
        else:
            flat.append(k)
    used = sum(1 for k in flat if k is not None and k is not Ellipsis)
    if used > len(x.shape):
        raise IndexError(f'too many indices for tensor of dimension {len(x.shape)}')
    at = next((i for i, k in enumerate(flat) if k is Ellipsis), None)
    return flat if at is None else [*flat[:at], *([slice(None)] * (len(x.shape) - used)), *flat[at + 1 :]]


def _places(x, mask):
    """A mask as the positions at which it is true, one tensor a dimension."""
    known = None if _values.batched(mask.shape) else _values.of(mask)
    if known is None and record.current and _values.of(mask) is not None:
        raise record.Barrier('a mask over the batch chooses how many elements there are')
    if known is None:
        # How many there are is not known before the values are.
        (x if record.traced(x) else mask)._values('a mask')
        known = [True] * min(int(mask.shape.numel()), _values.KEEP)
    steps = _values.strides(mask.shape)
    true = [i for i, value in enumerate(known) if value]
    return [
        _values.give(Tensor._make([len(true)], None, int64), [i // step % size for i in true])
        for size, step in zip(mask.shape, steps)
    ]


def look_up(x, lookups):
    """`lookups`: axis → index tensor. What comes out stands where they stood, or first if they stood apart."""
    axes = list(lookups)
    if len(axes) == 1:
        return index_select(x, axes[0], lookups[axes[0]])
    index = list(lookups.values())
    wanted = index[0].shape
    for other in index[1:]:
        wanted = broadcast(wanted, other.shape)
    together = axes == list(range(axes[0], axes[0] + len(axes)))
    first = axes[0] if together else 0
    kept = [size for axis, size in enumerate(x.shape) if axis not in axes]
    shape = Size([*kept[:first], *wanted, *kept[first:]])
    known = _values.of(x)
    out = record.op('index', [x, *index], {'shape': dims.encode(shape), 'axes': axes}, shapes=[shape], dtype=x.dtype)[0]
    found = [_values.spread(_values.of(i), i.shape, wanted) for i in index]
    if known is None or any(places is None for places in found) or not _values.fits(shape):
        return out
    steps = _values.strides(x.shape)
    sizes = _values.sizes(x.shape)
    offsets = [sum(i % sizes[a] * steps[a] for a, i in zip(axes, row)) for row in zip(*found)]
    rest = [a for a in range(len(x.shape)) if a not in axes]
    before, after = rest[:first], rest[first:]
    outer = _values.positions([x.shape[a] for a in before], [steps[a] for a in before])
    inner = _values.positions([x.shape[a] for a in after], [steps[a] for a in after])
    return _values.give(out, [known[p + o + q] for p in outer for o in offsets for q in inner])


def index_select(x, dim, index):
    """One index tensor along one axis; its own shape takes the axis' place."""
    x, index = tensor(x), tensor(index)
    dim = axis_of(dim, len(x.shape))
    shape = Size([*x.shape[:dim], *index.shape, *x.shape[dim + 1 :]])
    known, places = _values.of(x), _values.of(index)
    kind, attrs, inputs = 'index', {'axis': dim, 'shape': dims.encode(shape)}, [x, index]
    if places is not None and len(index.shape) == 1 and not _values.batched(index.shape):
        kind, attrs = 'indexSelect', {'axis': dim, 'count': len(places)}
        if len(places) <= 1024 and not record.derived(index):
            attrs['index'], inputs = [int(i) % int(x.shape[dim]) for i in places], [x]
    out = record.op(kind, inputs, attrs, shapes=[shape], dtype=x.dtype)[0]
    if known is None or places is None or not _values.fits(shape):
        return out
    steps = _values.strides(x.shape)
    outer, size = _values.positions(x.shape[:dim], steps[:dim]), _values.sizes(x.shape)[dim]
    return _values.give(
        out, [known[p + int(i) % size * steps[dim] + q] for p in outer for i in places for q in range(steps[dim])]
    )


def gather(x, dim, index, **_):
    dim = axis_of(dim, len(x.shape))
    made = record.op('gather', [x, index], {'axis': dim}, shapes=[index.shape], dtype=x.dtype)[0]
    return _values.give(made, _gathered(x, dim, index))


def _gathered(x, dim, index):
    """The values, where those of both are known."""
    known, places = _values.of(x), _values.of(index)
    if known is None or places is None or _values.batched((*x.shape, *index.shape)):
        return None
    steps = _values.strides(x.shape)
    steps[dim], along = 0, steps[dim]
    starts = _values.positions(index.shape, steps)
    return [known[start + int(place) * along] for start, place in zip(starts, places)]


def take_along_dim(x, indices, dim=None):
    return gather(flatten(x), 0, flatten(indices)) if dim is None else gather(x, dim, indices)


def masked_select(x, mask):
    return x[mask]


def nonzero(x, as_tuple=False):
    """How many there are is known for constants alone."""
    places = _places(x, x)
    if as_tuple:
        return tuple(places)
    from ._move import stack

    return stack(places, 1)


table = {
    'index_select': index_select, 'gather': gather, 'take_along_dim': take_along_dim, 'masked_select': masked_select,
    'nonzero': nonzero, 'argwhere': nonzero,
}  # fmt: skip
