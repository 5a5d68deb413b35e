"""Taking parts of tensors: slices, splits, and Python's indexing."""

from _espalier import dims, record
from _espalier.dims import BatchDim, Size
from _espalier.host import ShapeMismatch

from . import _index, _strides, _values, _views
from ._ops import tensor
from ._reshape import axis_of, reshape
from ._tensor import Tensor


def cut(x, axis, start, length, step=1, chunks=1):
    """One slice along one axis; `chunks` says into how many equal parts the axis was cut."""
    if start == 0 and length == x.shape[axis] and step == 1:
        return x
    shape = Size([*x.shape[:axis], length, *x.shape[axis + 1 :]])
    known = _values.of(x)
    attrs = {'axis': axis, 'start': int(start), 'length': dims.encode([length])[0], 'step': step}
    if chunks > 1:
        attrs['chunks'] = chunks
    out = record.op('slice', [x], attrs, shapes=[shape])[0]
    lie = _strides.of(x)
    lie[axis] *= step
    _views.view('slice', out, x, axis, int(start), length, step, strides=lie)
    if known is None:
        return out
    if isinstance(x.shape[axis], BatchDim):
        # One row stands for all; of several no more is known than their shape.
        if length != 1:
            return out
        start = 0
    steps = _values.strides(x.shape)
    start, steps[axis] = start * steps[axis], step * steps[axis]
    return _values.give(out, _values.strided(known, shape, steps, start))


def split(x, split_size_or_sections, dim=0, **kwargs):
    x = tensor(x)
    sections = kwargs.get('split_size', split_size_or_sections)
    dim = axis_of(dim, len(x.shape))
    total = x.shape[dim]
    if not isinstance(sections, (tuple, list)):
        size = max(1, dims.int_of(sections))
        sections = [min(size, total - start) for start in range(0, total, size)]
    if sum(sections) != total:
        raise ShapeMismatch(
            f'split sizes {list(sections)} do not add up to the {total} of axis {dim} of {dims.show(x.shape)}'
        )
    starts = [sum(sections[:i]) for i in range(len(sections))]
    return tuple(cut(x, dim, start, dims.as_dim(size)) for start, size in zip(starts, sections))


def chunk(x, chunks, dim=0):
    dim = axis_of(dim, len(x.shape))
    if x.shape[dim] % chunks == 0:
        return _even(x, dim, chunks)
    return split(x, max(1, -(-int(x.shape[dim]) // chunks)), dim)


def _even(x, dim, chunks):
    """Parts of equal width, however wide the axis becomes."""
    size = x.shape[dim] // chunks
    return tuple(cut(x, dim, size * i, dims.as_dim(size), chunks=chunks) for i in range(chunks))


def tensor_split(x, indices_or_sections=None, dim=0, **kwargs):
    indices_or_sections = kwargs.get('indices', kwargs.get('sections', indices_or_sections))
    dim = axis_of(dim, len(x.shape))
    total = x.shape[dim]
    if isinstance(indices_or_sections, int):
        size, more = divmod(int(total), indices_or_sections)
        if more == 0:
            return _even(x, dim, indices_or_sections)
        return split(x, [size + (i < more) for i in range(indices_or_sections)], dim)
    # Edges count from the end where they are negative, as slices do.
    edges = [0, *(range(int(total))[: int(i)].stop for i in indices_or_sections), total]
    return split(x, [b - a for a, b in zip(edges, edges[1:])], dim)


def unbind(x, dim=0):
    dim = axis_of(dim, len(x.shape))
    if isinstance(x.shape[dim], BatchDim):
        x._values('unbinding the batch')
    return tuple(select(x, dim, i) for i in range(x.shape[dim]))


def select(x, dim, index):
    dim = axis_of(dim, len(x.shape))
    return getitem(x, (*([slice(None)] * dim), index))


def narrow(x, dim, start, length):
    return cut(x, axis_of(dim, len(x.shape)), dims.int_of(start), dims.as_dim(length))


def getitem(x, key):
    """Basic keys as slices and one reshape; tensors and lists among them as lookups afterwards."""
    x, lookups = _taken(x, key)
    return _index.look_up(x, lookups) if lookups else x


def _taken(x, key):
    key = _index.normal(x, key)
    shape, axis, lookups = [], 0, {}
    for k in key:
        if k is None:
            shape.append(1)
            continue
        size = x.shape[axis]
        if isinstance(k, slice):
            span = range(size)[k]
            if span.step < 0:
                raise ValueError('step must be greater than zero')
            whole = len(span) == size and span.step == 1
            length = size if whole else dims.as_dim(len(span))
            x = x if whole else cut(x, axis, span.start, length, span.step)
            shape.append(length)
        elif isinstance(k, Tensor):
            lookups[len(shape)] = k
            shape.append(size)
        else:
            i = dims.int_of(k)
            if not -size <= i < size:
                raise IndexError(f'index {i} is out of bounds for dimension {axis} with size {size}')
            x = cut(x, axis, i % size, 1)
        axis += 1
    return reshape(x, Size([*shape, *x.shape[axis:]])), lookups


def as_strided(input, size, stride, storage_offset=None):
    """Any view of the memory: its shape is said, which elements it shows is not followed."""
    out = record.unknown('as_strided', [input], [Size(map(dims.as_dim, size))])[0]
    return _views.view('as_strided', out, input, size, stride, storage_offset)


def setitem(x, key, value):
    """Writes into a tensor: as operations that make a new one, or into the values of a constant."""
    from . import _through

    keys = key if isinstance(key, tuple) else (key,)
    alike = isinstance(value, Tensor) and value._alias is not None and x._alias is not None
    live = any(record.traced(t) or record.derived(t) for t in (x, value, *keys))
    if live or alike and value._alias.storage is x._alias.storage:
        found = _through.target(x, key, value, _taken)
        if found is None:
            inputs = [t for t in (x, value) if isinstance(t, Tensor)]
            x._become(record.unknown('index assignment', inputs, [x.shape])[0])
        elif not _views.shows(value, x, found[0]):
            # `x[key] += 1` has written into that part by now.
            _views.wrote(x, found[0], _through.fitted(value, found[1], x.dtype))
        return
    _set_values(x, key, tensor(value))
    if x._alias is not None:
        x._alias.written(x)


def _set_values(x, key, value):
    known, x._init = _values.of(x), None
    first = key[0] if isinstance(key, tuple) and key else key
    one_row = x.shape and isinstance(x.shape[0], BatchDim) and not isinstance(first, slice) and first is not Ellipsis
    places = None
    if known is not None and value._data is not None and not one_row:
        places = getitem(_values.give(Tensor._make(x.shape), list(range(len(known)))), key)
    new = None if places is None else _values.spread(value._data, value.shape, places.shape)
    x._data = None
    if new is not None and places._data is not None:
        x._data = list(known)
        for place, item in zip(places._data, new):
            x._data[place] = item


table = {
    'chunk': chunk, 'split': split, 'unsafe_chunk': chunk, 'unsafe_split': split, 'split_with_sizes': split,
    'tensor_split': tensor_split, 'as_strided': as_strided, 'unbind': unbind, 'select': select, 'narrow': narrow,
    'hsplit': lambda x, n: tensor_split(x, n, 0 if len(x.shape) == 1 else 1),
    'vsplit': lambda x, n: tensor_split(x, n, 0),
    'dsplit': lambda x, n: tensor_split(x, n, 2),
}  # fmt: skip
