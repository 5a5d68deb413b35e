"""Joining, repeating and moving elements."""

from _espalier import dims, record
from _espalier.dims import Size

from . import _strides, _values, _views
from ._ops import tensor
from ._reshape import axes_of, axis_of, flatten, reshape, sizes_of, unsqueeze


def cat(tensors, dim=0, axis=None, **_):
    tensors = [tensor(x) for x in tensors]
    if not tensors:
        raise RuntimeError('torch.cat(): expected a non-empty list of Tensors')
    # PyTorch lets an empty one-dimensional tensor pass through.
    tensors = [x for x in tensors if tuple(x.shape) != (0,)] or tensors[:1]
    if len(tensors) == 1:
        return _views.settled(tensors[0])
    axis = axis_of(dim if axis is None else axis, len(tensors[0].shape))
    out = record.op('concat', tensors, {'axis': axis})[0]
    parts = [_values.of(x) for x in tensors]
    return _values.give(out, _values.joined(parts, [x.shape for x in tensors], axis))


def stack(tensors, dim=0, **_):
    tensors = [tensor(x) for x in tensors]
    place = axis_of(dim, len(tensors[0].shape) + 1)
    return cat([unsqueeze(x, place) for x in tensors], place)


def expand(x, *sizes, **_):
    sizes = [dims.as_dim(size) for size in sizes_of(sizes)]
    lead = len(sizes) - len(x.shape)
    shape = Size(x.shape[i - lead] if size == -1 else size for i, size in enumerate(sizes))
    if tuple(shape) == tuple(x.shape):
        return x
    known = _values.of(x)
    out = record.op('expand', [x], {'shape': dims.encode(shape)}, shapes=[shape])[0]
    steps = [0 if own == 1 != size else step for own, size, step in zip(x.shape, shape[lead:], _strides.of(x))]
    _views.view('expand', out, x, shape, strides=[0] * lead + steps)
    return _values.give(out, _values.spread(known, x.shape, shape))


def expand_as(x, other):
    return expand(x, *other.shape)


def broadcast_to(x, size=None, **kwargs):
    return expand(x, *(kwargs['shape'] if size is None else size))


def broadcast_tensors(*tensors):
    from ._ops import broadcast

    tensors = [tensor(x) for x in sizes_of(tensors)]
    shape = tensors[0].shape
    for other in tensors[1:]:
        shape = broadcast(shape, other.shape)
    return tuple(expand(x, *shape) for x in tensors)


def repeat(x, *counts, **kwargs):
    counts = [dims.as_dim(count) for count in sizes_of(kwargs.get('dims', kwargs.get('repeats', counts)))]
    own = (1,) * (len(counts) - len(x.shape)) + tuple(x.shape)
    shape = Size(dims.as_dim(size * count) for size, count in zip(own, counts))
    if all(size == 1 or count == 1 for size, count in zip(own, counts)):
        return _views.settled(expand(reshape(x, own), shape))
    if _values.batched(counts):
        return record.unknown('repeat over the batch', [x], [shape])[0]
    known = _values.of(x)
    out = record.op('repeat', [x], {'counts': dims.encode(counts)}, shapes=[shape])[0]
    if known is not None and _values.fits(shape):
        steps = [s for pair in zip([0] * len(own), _values.strides(own)) for s in pair]
        return _values.give(out, _values.strided(known, [s for pair in zip(counts, own) for s in pair], steps))
    return out


def tile(x, *counts, dims=None):  # noqa: A002
    counts = sizes_of(counts) if dims is None else dims
    return repeat(x, *([1] * (len(x.shape) - len(counts))), *counts)


def repeat_interleave(x, repeats, dim=None, **_):
    x = flatten(x) if dim is None else x
    axis = axis_of(0 if dim is None else dim, len(x.shape))
    known = _values.of(tensor(repeats))
    if known is None:
        tensor(repeats)._values('a number of repetitions')
        known = [1]
    counts = list(known) * (x.shape[axis] if len(known) == 1 else 1)
    if len(set(counts)) > 1:
        from ._index import index_select

        return index_select(x, axis, tensor([i for i, n in enumerate(counts) for _ in range(n)]))
    count = int(counts[0]) if counts else 1
    shape = Size([*x.shape[:axis], x.shape[axis] * count, *x.shape[axis + 1 :]])
    values = _values.of(x)
    out = record.op('repeatInterleave', [x], {'axis': axis, 'count': count}, shapes=[shape])[0]
    if values is not None and _values.fits(shape):
        steps = _values.strides(x.shape)
        own, steps = [*x.shape[: axis + 1], count, *x.shape[axis + 1 :]], [*steps[: axis + 1], 0, *steps[axis + 1 :]]
        return _values.give(out, _values.strided(values, own, steps))
    return out


def roll(x, shifts, dims=None):  # noqa: A002
    if dims is None:
        return roll(flatten(x), shifts, 0).view(x.shape)
    axes = axes_of(dims, len(x.shape))
    shifts = [int(s) for s in (shifts if isinstance(shifts, (tuple, list)) else (shifts,))]
    known = _values.of(x)
    out = record.op('roll', [x], {'axes': axes, 'shifts': shifts}, shapes=[x.shape])[0]
    if known is not None:
        for axis, shift in zip(axes, shifts):
            known = _moved(known, x.shape, axis, lambda i, n, shift=shift: (i - shift) % n)
    return _values.give(out, known)


def flip(x, *axes, dims=None):  # noqa: A002
    axes = axes_of(list(sizes_of(axes)) if dims is None else dims, len(x.shape))
    known = _values.of(x)
    out = record.op('flip', [x], {'axes': axes}, shapes=[x.shape])[0]
    if known is not None:
        for axis in axes:
            known = _moved(known, x.shape, axis, lambda i, n: n - 1 - i)
    return _values.give(out, known)


def _moved(data, shape, axis, source):
    """Element i along an axis comes from `source(i, length)`."""
    step, n = _values.strides(shape)[axis], _values.sizes(shape)[axis]
    return [data[i + (source(i // step % n, n) - i // step % n) * step] for i in range(len(data))]


def triangle(keep):
    """tril and triu."""

    def cut(x, diagonal=0, **_):
        x = tensor(x)
        known = _values.of(x)
        out = record.op('triangle', [x], {'upper': keep(0, 1), 'diagonal': int(diagonal)}, shapes=[x.shape])[0]
        if known is None:
            return out
        rows, columns = x.shape[-2:]
        zero = type(known[0])(0) if known else 0
        place = lambda i: keep(i // columns % rows + diagonal, i % columns)  # noqa: E731
        return _values.give(out, [value if place(i) else zero for i, value in enumerate(known)])

    return cut


table = {
    'expand': expand, 'expand_as': expand_as, 'broadcast_to': broadcast_to, 'repeat': repeat, 'tile': tile,
    'repeat_interleave': repeat_interleave, 'roll': roll, 'flip': flip, 'fliplr': lambda x: flip(x, 1),
    'flipud': lambda x: flip(x, 0), 'tril': triangle(lambda row, column: column <= row),
    'triu': triangle(lambda row, column: column >= row), 'broadcast_tensors': broadcast_tensors,
}  # fmt: skip
