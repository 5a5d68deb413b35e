"""Functions that move elements."""

from _espalier import dims
from torch import _constant

from .. import _graph
from .._emit import barrier, emit, sizes
from .._tensor import Shape, is_tensor, raw, wrap


def _axis(axis, rank):
    axis = dims.int_of(axis)
    if not -rank <= axis < max(rank, 1):
        raise ValueError(f'axis {axis} is out of bounds for a tensor of {rank} dimensions')
    return axis % max(rank, 1)


def _dim(size):
    return dims.BatchDim(1) if size is None else dims.as_dim(size)


def shape(x):
    """Sizes as numbers; the batch is a symbol that takes part in arithmetic."""
    return Shape(sizes(x)) if is_tensor(x) or hasattr(x, 'shape') else Shape(raw(x).shape)


@_graph.operation('reshape')
def reshape(x, newshape=None, **kwargs):
    wanted = kwargs.get('shape', newshape)
    wanted = list(wanted) if isinstance(wanted, (tuple, list)) or hasattr(wanted, '__iter__') else [wanted]
    return wrap(_reshaped(x, [_dim(size) for size in wanted]))


def _reshaped(x, wanted):
    out = raw(emit('reshape', [x], {'shape': dims.encode(wanted)})[0])
    before = raw(x)
    if before._session is None:
        out._data, out._init = before._data, before._init
    return out


@_graph.operation('transpose')
def transpose(x, axes=None):
    rank = len(sizes(x))
    order = list(reversed(range(rank))) if axes is None else [_axis(axis, rank) for axis in axes]
    return emit('permute', [x], {'order': order})[0]


@_graph.operation('swapaxes')
def swapaxes(x, axis1, axis2):
    order = list(range(len(sizes(x))))
    a, b = _axis(axis1, len(order)), _axis(axis2, len(order))
    order[a], order[b] = order[b], order[a]
    return emit('permute', [x], {'order': order})[0]


@_graph.operation('moveaxis')
def moveaxis(x, source, destination):
    rank = len(sizes(x))
    one = [_axis(a, rank) for a in (source if isinstance(source, (tuple, list)) else [source])]
    two = [_axis(a, rank) for a in (destination if isinstance(destination, (tuple, list)) else [destination])]
    order = [axis for axis in range(rank) if axis not in one]
    for place, axis in sorted(zip(two, one)):
        order.insert(place, axis)
    return emit('permute', [x], {'order': order})[0]


@_graph.operation('expand_dims')
def expand_dims(x, axis=0):
    given = list(sizes(x))
    axes = list(axis) if isinstance(axis, (tuple, list)) else [axis]
    rank = len(given) + len(axes)
    for place in sorted(_axis(a, rank) for a in axes):
        given.insert(place, 1)
    return wrap(_reshaped(x, given))


@_graph.operation('squeeze')
def squeeze(x, axis=None):
    given = sizes(x)
    chosen = range(len(given)) if axis is None else [_axis(a, len(given)) for a in (axis if isinstance(axis, (tuple, list)) else [axis])]
    return wrap(_reshaped(x, [size for i, size in enumerate(given) if not (i in chosen and size == 1)]))


@_graph.operation('ravel')
def ravel(x):
    return wrap(_reshaped(x, [-1]))


@_graph.operation('concatenate')
def concatenate(xs, axis=-1, **_):
    if all(isinstance(x, (tuple, list)) and not any(map(is_tensor, x)) for x in xs):
        # Shapes that are put together of pieces.
        return Shape(size for x in xs for size in x)
    xs = [x if is_tensor(x) else wrap(raw(x)) for x in xs]
    if len(xs) == 1:
        return xs[0]
    return emit('concat', xs, {'axis': _axis(axis, len(sizes(xs[0])))})[0]


@_graph.operation('stack')
def stack(x, axis=0, **_):
    if all(isinstance(item, int) for item in x):
        return Shape(x)
    rank = len(sizes(x[0])) + 1
    place = _axis(axis, rank)
    xs = [wrap(_reshaped(item, [*sizes(item)[:place], 1, *sizes(item)[place:]])) for item in x]
    return xs[0] if len(xs) == 1 else emit('concat', xs, {'axis': place})[0]


@_graph.operation('split')
def split(x, indices_or_sections, axis=0):
    """Equal parts, or parts that end at the given positions."""
    given = sizes(x)
    axis = _axis(axis, len(given))
    size = given[axis]
    if isinstance(indices_or_sections, int):
        if size % indices_or_sections:
            raise ValueError(f'A tensor cannot be split in {indices_or_sections} equal parts along axis {axis}. Received: shape {tuple(given)}')
        step = size // indices_or_sections
        return pieces(x, axis, [step] * indices_or_sections, indices_or_sections)
    ends = [*map(dims.int_of, indices_or_sections), size]
    return pieces(x, axis, [end - start for start, end in zip([0, *ends], ends)])


def pieces(x, axis, lengths, chunks=1):
    """One slice a length; `chunks` says into how many equal parts the axis was cut."""
    found, start = [], 0
    for length in lengths:
        attrs = {'axis': axis, 'start': dims.encode([start])[0], 'length': dims.encode([length])[0], 'step': 1}
        if chunks > 1:
            attrs['chunks'] = chunks
        found.extend(emit('slice', [x], attrs))
        start += length
    return found


@_graph.operation('unstack')
def unstack(x, num=None, axis=0):
    given = sizes(x)
    axis = _axis(axis, len(given))
    parts = pieces(x, axis, [1] * (given[axis] if num is None else num))
    return [wrap(_reshaped(part, [size for i, size in enumerate(given) if i != axis])) for part in parts]


@_graph.operation('slice')
def slice(inputs, start_indices, shape):  # noqa: A001
    for axis, (start, length) in enumerate(zip(start_indices, shape)):
        size = sizes(inputs)[axis]
        length = size - start if length == -1 else length
        if length != size:
            inputs = pieces(inputs, axis, [start, length])[1] if start else pieces(inputs, axis, [length])[0]
    return inputs


@_graph.operation('tile')
def tile(x, repeats):
    return emit('repeat', [x], {'counts': [int(n) for n in (repeats if isinstance(repeats, (tuple, list)) else [repeats])]})[0]


@_graph.operation('repeat')
def repeat(x, repeats, axis=None):
    if axis is None:
        x, axis = wrap(_reshaped(x, [-1])), 0
    return emit('repeatInterleave', [x], {'axis': _axis(axis, len(sizes(x))), 'count': int(repeats)})[0]


@_graph.operation('broadcast_to')
def broadcast_to(x, shape):
    return emit('expand', [x], {'shape': dims.encode([_dim(size) for size in shape])})[0]


@_graph.operation('pad')
def pad(x, pad_width, mode='constant', constant_values=None):
    rank = len(sizes(x))
    pairs = [(pad_width, pad_width)] * rank if isinstance(pad_width, int) else [tuple(p) if isinstance(p, (tuple, list)) else (p, p) for p in pad_width]
    pairs = pairs * rank if len(pairs) == 1 else pairs
    sides = [int(side) for pair in reversed(pairs) for side in pair]
    while sides[-2:] == [0, 0]:
        sides = sides[:-2]
    kinds = {'symmetric': 'reflect', 'edge': 'replicate', 'wrap': 'circular'}
    attrs = {'padding': sides, 'mode': kinds.get(mode.lower(), mode.lower()), 'value': float(constant_values or 0)}
    return emit('pad', [x], attrs)[0]


@_graph.operation('roll')
def roll(x, shift, axis=None):
    axes = [axis] if isinstance(axis, int) else list(axis if axis is not None else [])
    shifts = [int(n) for n in (shift if isinstance(shift, (tuple, list)) else [shift])]
    return emit('roll', [x], {'axes': [_axis(a, len(sizes(x))) for a in axes] or list(range(len(sizes(x)))), 'shifts': shifts})[0]


@_graph.operation('flip')
def flip(x, axis=None):
    rank = len(sizes(x))
    axes = range(rank) if axis is None else axis if isinstance(axis, (tuple, list)) else [axis]
    return emit('flip', [x], {'axes': [_axis(a, rank) for a in axes]})[0]


@_graph.operation('take')
def take(x, indices, axis=None):
    given = sizes(x)
    axis = 0 if axis is None else _axis(axis, len(given))
    inner = () if isinstance(indices, int) else sizes(indices) if is_tensor(indices) else tuple(raw(indices).shape)
    shape = [*given[:axis], *inner, *given[axis + 1 :]]
    tensors = [indices] if is_tensor(indices) and raw(indices)._session is not None else []
    return emit('index', [x, *tensors], {'shape': dims.encode(shape), **({'axis': axis} if tensors else {})})[0]


@_graph.operation('take_along_axis')
def take_along_axis(x, indices, axis=None):
    return barrier('take_along_axis', [x, indices], [sizes(indices)])[0]


def cast(x, dtype=None):
    if not is_tensor(x):
        return wrap(raw(x), str(dtype))
    made = wrap(raw(x), str(getattr(dtype, 'name', dtype)))
    made._node = x._node
    made.name = x.name
    return made


@_graph.operation('diag')
def diag(x, k=0):
    given = sizes(x)
    shape = [given[0] + abs(k)] * 2 if len(given) == 1 else [min(given) - abs(k)]
    return barrier('diag', [x], [shape])[0]


def constant(value):
    return wrap(_constant.of(value))


__all__ = [
    'shape', 'reshape', 'transpose', 'swapaxes', 'moveaxis', 'expand_dims', 'squeeze', 'ravel', 'concatenate', 'stack', 'split',
    'unstack', 'slice', 'tile', 'repeat', 'broadcast_to', 'pad', 'roll', 'flip', 'take', 'take_along_axis', 'cast', 'diag', 'pieces',
]  # fmt: skip
