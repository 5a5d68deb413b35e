"""Operations that move elements: reshape, permute, concatenate, split, index."""

from _espalier import dims, record
from _espalier.dims import BatchDim, Size
from _espalier.host import ShapeMismatch

from . import _constant
from ._ops import tensor
from ._tensor import Tensor


def _sizes(sizes):
    return sizes[0] if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)) else sizes


def _axis(axis, rank):
    axis = dims.int_of(axis)
    if not -rank <= axis < max(rank, 1):
        raise ShapeMismatch(f'axis {axis} is outside a tensor of {rank} dimensions')
    return axis + rank if axis < 0 else axis


def reshape(x, *sizes, **kwargs):
    sizes = kwargs.get('shape', kwargs.get('size', sizes))
    sizes = _sizes(sizes) if isinstance(sizes, tuple) else sizes
    if len(sizes) == 1 and not isinstance(sizes[0], int) and hasattr(sizes[0], 'itemsize'):
        return x  # view(dtype)
    x = tensor(x)
    wanted = [dims.as_dim(size) for size in sizes]
    known = x._data if x._session is None else None
    out = record.op('reshape', [x], {'shape': dims.encode(wanted)})[0]
    out._data = known
    out._init = x._init
    return out


def view_as(x, other):
    return reshape(x, *other.shape)


def flatten(x, start_dim=0, end_dim=-1):
    x = tensor(x)
    if not x.shape:
        return reshape(x, 1)
    out = record.op('flatten', [x], {'start': start_dim, 'end': end_dim})[0]
    out._data = x._data if x._session is None else None
    return out


def unflatten(x, dim, sizes):
    dim = _axis(dim, len(x.shape))
    return reshape(x, *x.shape[:dim], *sizes, *x.shape[dim + 1 :])


def squeeze(x, dim=None):
    rank = len(x.shape)
    axes = range(rank) if dim is None else [_axis(d, rank) for d in (dim if isinstance(dim, (tuple, list)) else (dim,))]
    kept = [size for i, size in enumerate(x.shape) if not (i in axes and size == 1)]
    return x if len(kept) == rank else reshape(x, kept)


def unsqueeze(x, dim):
    rank = len(x.shape)
    dim = _axis(dim, rank + 1)
    return reshape(x, [*x.shape[:dim], 1, *x.shape[dim:]])


def permute(x, *order):
    x = tensor(x)
    order = [_axis(axis, len(x.shape)) for axis in _sizes(order)]
    if order == list(range(len(x.shape))):
        return x
    return record.op('permute', [x], {'order': order})[0]


def transpose(x, dim0, dim1):
    order = list(range(len(x.shape)))
    a, b = _axis(dim0, len(order)), _axis(dim1, len(order))
    order[a], order[b] = order[b], order[a]
    return permute(x, *order)


def t(x):
    return transpose(x, 0, 1) if len(x.shape) == 2 else x


def movedim(x, source, destination):
    rank = len(x.shape)
    source = [_axis(s, rank) for s in (source if isinstance(source, (tuple, list)) else (source,))]
    destination = [_axis(d, rank) for d in (destination if isinstance(destination, (tuple, list)) else (destination,))]
    order = [axis for axis in range(rank) if axis not in source]
    for place, axis in sorted(zip(destination, source)):
        order.insert(place, axis)
    return permute(x, *order)


def cat(tensors, dim=0, axis=None, **_):
    tensors = [tensor(x) for x in tensors]
    if not tensors:
        raise RuntimeError('torch.cat(): expected a non-empty list of Tensors')
    # PyTorch lets an empty one-dimensional tensor pass through.
    tensors = [x for x in tensors if tuple(x.shape) != (0,)] or tensors[:1]
    if len(tensors) == 1:
        return tensors[0]
    out = record.op('concat', tensors, {'axis': dims.int_of(dim if axis is None else axis)})[0]
    if out._session is None and all(x._data is not None and len(x.shape) == 1 for x in tensors):
        out._data = [value for x in tensors for value in x._data]
    return out


def stack(tensors, dim=0, **_):
    tensors = [tensor(x) for x in tensors]
    place = _axis(dim, len(tensors[0].shape) + 1)
    return cat([unsqueeze(x, place) for x in tensors], place)


def chunk(x, chunks, dim=0):
    dim = _axis(dim, len(x.shape))
    size = -(-x.shape[dim] // chunks)
    return split(x, size, dim)


def split(x, split_size_or_sections, dim=0, **kwargs):
    x = tensor(x)
    sections = kwargs.get('split_size', split_size_or_sections)
    dim = _axis(dim, len(x.shape))
    total = x.shape[dim]
    if isinstance(sections, int):
        sections = [min(sections, total - start) for start in range(0, total, max(1, sections))]
    if sum(sections) != total:
        raise ShapeMismatch(
            f'split sizes {list(sections)} do not add up to the {total} of axis {dim} of {dims.show(x.shape)}'
        )
    shapes = [Size([*x.shape[:dim], size, *x.shape[dim + 1 :]]) for size in sections]
    return tuple(record.unknown('split', [x], shapes))


def unbind(x, dim=0):
    dim = _axis(dim, len(x.shape))
    if isinstance(x.shape[dim], BatchDim):
        x._values('unbinding the batch')
    return tuple(select(x, dim, i) for i in range(x.shape[dim]))


def select(x, dim, index):
    dim = _axis(dim, len(x.shape))
    return getitem(x, (*([slice(None)] * dim), index))


def narrow(x, dim, start, length):
    dim = _axis(dim, len(x.shape))
    return getitem(x, (*([slice(None)] * dim), slice(start, start + length)))


def getitem(x, key):
    """Basic indexing exactly; an index tensor takes the place of its dimension."""
    key = key if isinstance(key, tuple) else (key,)
    used = sum(1 for k in key if k is not None and k is not Ellipsis and not _is_mask(k))
    used += sum(len(k.shape) for k in key if _is_mask(k))
    if Ellipsis in [k for k in key if not isinstance(k, Tensor)]:
        at = [k is Ellipsis for k in key].index(True)
        key = (*key[:at], *([slice(None)] * (len(x.shape) - used)), *key[at + 1 :])
    if used > len(x.shape):
        raise IndexError(f'too many indices for tensor of dimension {len(x.shape)}')
    if all(k == slice(None) for k in key if not isinstance(k, Tensor)) and not any(isinstance(k, Tensor) for k in key):
        return x
    shape, picks, axis = [], [], 0
    for k in key:
        if k is None:
            shape.append(1)
            continue
        size = x.shape[axis]
        if isinstance(k, slice):
            span = range(size)[k]
            shape.append(size if len(span) == size else dims.as_dim(len(span)))
            picks.append(list(span) if not isinstance(size, BatchDim) else None)
        elif isinstance(k, Tensor) and _is_mask(k):
            x._values('a mask') if record.traced(x) or record.traced(k) else None
            shape.append(1)
            axis += len(k.shape) - 1
            picks.append(None)
        elif isinstance(k, (Tensor, list)):
            shape.extend(tensor(k).shape)
            picks.append(None)
        else:
            i = dims.int_of(k)
            if not -size <= i < size:
                raise IndexError(f'index {i} is out of bounds for dimension {axis} with size {size}')
            picks.append([i % size])
        axis += 1
    shape = Size([*shape, *x.shape[axis:]])
    if x._session is None:
        return _constant.make(shape, _picked(x, picks), x.dtype)
    return record.unknown('index', [x], [shape])[0]


def _is_mask(key):
    return isinstance(key, Tensor) and key.dtype.name == 'bool'


def _picked(x, picks):
    if x._data is None or any(pick is None for pick in picks) or any(isinstance(d, BatchDim) for d in x.shape):
        return None
    positions, step = [0], len(x._data)
    for size, pick in zip(x.shape, [*picks, *([None] * (len(x.shape) - len(picks)))]):
        step = step // size if size else 0
        positions = [p + i * step for p in positions for i in (range(size) if pick is None else pick)]
    return [x._data[p] for p in positions]


def expand(x, *sizes, **_):
    sizes = [dims.as_dim(size) for size in _sizes(sizes)]
    lead = len(sizes) - len(x.shape)
    shape = Size(x.shape[i - lead] if size == -1 else size for i, size in enumerate(sizes))
    return x if shape == x.shape else record.unknown('expand', [x], [shape])[0]


def expand_as(x, other):
    return expand(x, *other.shape)


def repeat(x, *counts):
    counts = _sizes(counts)
    own = (1,) * (len(counts) - len(x.shape)) + tuple(x.shape)
    return record.unknown('repeat', [x], [Size(size * count for size, count in zip(own, counts))])[0]


def repeat_interleave(x, repeats, dim=None, **_):
    x = flatten(x) if dim is None else x
    dim = _axis(dim or 0, len(x.shape))
    shape = [size * repeats if i == dim else size for i, size in enumerate(x.shape)]
    return record.unknown('repeat_interleave', [x], [Size(shape)])[0]


def broadcast_to(x, shape):
    return expand(x, *shape)


def index_select(x, dim, index):
    dim = _axis(dim, len(x.shape))
    shape = [index.numel() if i == dim else size for i, size in enumerate(x.shape)]
    return record.unknown('index_select', [x], [Size(shape)])[0]


def gather(x, dim, index, **_):
    return record.unknown('gather', [x, index], [index.shape])[0]


def numel(x):
    return x.numel()


table = {
    'reshape': reshape, 'view': reshape, 'view_as': view_as, 'reshape_as': view_as, 'flatten': flatten,
    'ravel': flatten, 'unflatten': unflatten, 'squeeze': squeeze, 'unsqueeze': unsqueeze, 'permute': permute,
    'transpose': transpose, 'swapaxes': transpose, 'swapdims': transpose, 't': t, 'movedim': movedim,
    'moveaxis': movedim, 'chunk': chunk, 'split': split, 'unbind': unbind, 'select': select, 'narrow': narrow,
    'expand': expand, 'expand_as': expand_as, 'repeat': repeat, 'tile': repeat, 'broadcast_to': broadcast_to,
    'repeat_interleave': repeat_interleave, 'index_select': index_select, 'gather': gather, 'numel': numel,
}  # fmt: skip
