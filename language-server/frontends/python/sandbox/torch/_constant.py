"""Arithmetic on the values of small constants: plain Python over flat lists, NumPy broadcasting."""

import math

from _espalier import dims

from ._dtypes import bool_, by_name, default, int64


def make(shape, data=None, dtype=None, init=None):
    from ._tensor import Tensor

    return Tensor._make(shape, data, dtype, init)


def filled(shape, value, dtype=None):
    shape = dims.Size(map(dims.as_dim, shape))
    symbolic = any(isinstance(dim, dims.BatchDim) for dim in shape)
    n = int(shape.numel())
    data = None if symbolic or n > 65_536 else [value] * n
    return make(shape, data, dtype, {'kind': 'constant', 'value': float(value)})


def drawn(shape, init, dtype=None):
    """Random numbers, of which only the distribution matters."""
    return make(map(dims.as_dim, shape), None, dtype, init)


def of(value, dtype=None):
    """`torch.tensor(value)`: nested lists of numbers, or of one-element tensors."""
    from ._tensor import Tensor

    if isinstance(value, Tensor):
        return value
    shape, data = [], value
    while isinstance(data, (list, tuple, range)):
        shape.append(len(data))
        data = data[0] if data else 0
    flat = list(_flatten(value))
    if dtype is None:
        kinds = {type(item) for item in flat}
        dtype = bool_ if kinds == {bool} else int64 if kinds <= {int, bool} and flat else default()
    return make(shape, flat, dtype)


def _flatten(value):
    if isinstance(value, (list, tuple, range)):
        for item in value:
            yield from _flatten(item)
    elif isinstance(value, (int, float, bool, complex)):
        yield value
    else:
        yield value.item() if hasattr(value, 'item') else float(value)


def nested(data, shape):
    if not shape:
        return data[0]
    if len(shape) == 1:
        return list(data)
    step = len(data) // shape[0] if shape[0] else 0
    return [nested(data[i * step : (i + 1) * step], shape[1:]) for i in range(shape[0])]


def cast(tensor, name):
    if tensor._session is not None:
        return tensor
    convert = {'int64': int, 'int32': int, 'bool': bool}[name]
    data = None if tensor._data is None else [convert(x) for x in tensor._data]
    return make(tensor.shape, data, by_name[name])


def map1(function, tensor):
    """Element by element; None when the values are not known or the function refuses them."""
    if tensor._data is None:
        return None
    try:
        return make(tensor.shape, [function(x) for x in tensor._data], tensor.dtype)
    except (ArithmeticError, ValueError, TypeError):
        return None


def map2(function, a, b, shape):
    """Broadcast two constants into `shape`; None when the values are not known."""
    if a._data is None or b._data is None or any(isinstance(d, dims.BatchDim) for d in shape):
        return None
    n = math.prod(shape)
    if n > 65_536:
        return None
    left, right = _spread(a, shape), _spread(b, shape)
    try:
        data = [function(left(i), right(i)) for i in range(n)]
    except (ArithmeticError, ValueError, TypeError):
        return None
    kind = bool_ if data and type(data[0]) is bool else a.dtype if a.dtype.is_floating_point else b.dtype
    if data and type(data[0]) is float and not kind.is_floating_point:
        kind = default()
    return make(shape, data, kind)


def _spread(tensor, shape):
    """The element of `tensor` that stands at flat position i once it is broadcast to `shape`."""
    if len(tensor._data) == 1:
        return lambda i: tensor._data[0]
    if tuple(tensor.shape) == tuple(shape):
        return lambda i: tensor._data[i]
    own = (1,) * (len(shape) - len(tensor.shape)) + tuple(tensor.shape)
    strides, step = [], 1
    for size in reversed(own):
        strides.insert(0, 0 if size == 1 else step)
        step *= size

    def at(i):
        position = 0
        for size, stride in zip(reversed(shape), reversed(strides)):
            i, rest = divmod(i, size)
            position += rest * stride
        return tensor._data[position]

    return at


def arange(*args, dtype=None, **_):
    start, stop, step = (0, args[0], 1) if len(args) == 1 else (*args, 1)[:3]
    if isinstance(stop, dims.BatchDim):
        return make([stop], None, dtype or int64)
    count = max(0, math.ceil((stop - start) / step))
    whole = all(isinstance(x, int) for x in (start, stop, step))
    data = [start + i * step for i in range(count)] if count <= 65_536 else None
    return make([count], data, dtype or (int64 if whole else default()))


def linspace(start, end, steps=100, dtype=None, **_):
    if steps == 1:
        return make([1], [float(start)], dtype)
    gap = (float(end) - float(start)) / (steps - 1)
    return make([steps], [float(start) + gap * i for i in range(steps)], dtype)


def eye(n, m=None, **_):
    m = n if m is None else m
    return make([n, m], [float(i // m == i % m) for i in range(n * m)] if n * m <= 65_536 else None)


def diff(tensor, n=1, dim=-1, **_):
    """Differences of neighbours in a list of numbers; of anything larger only the shape."""
    shape = [*tensor.shape[:-1], tensor.shape[-1] - 1]
    data = tensor._data if len(tensor.shape) == 1 else None
    return make(shape, [b - a for a, b in zip(data, data[1:])] if data else None, tensor.dtype)


def meshgrid(*tensors, indexing='ij'):
    tensors = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else tensors
    sizes = [tensor.numel() for tensor in tensors]
    swapped = indexing == 'xy' and len(sizes) > 1
    shape = [sizes[1], sizes[0], *sizes[2:]] if swapped else sizes
    return tuple(_along(tensor, shape, 1 - i if swapped and i < 2 else i) for i, tensor in enumerate(tensors))


def _along(tensor, shape, axis):
    """A list of numbers repeated over a grid, changing along one axis only."""
    n, step = math.prod(shape), math.prod(shape[axis + 1 :])
    if tensor._data is None or n > 65_536 or any(isinstance(size, dims.BatchDim) for size in shape):
        return make(shape, None, tensor.dtype)
    return make(shape, [tensor._data[i // step % shape[axis]] for i in range(n)], tensor.dtype)
