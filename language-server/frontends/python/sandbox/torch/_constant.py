"""Makes tensors that are no activations: filled, counted, drawn, or out of nested lists."""

import math

from _espalier import dims
from _espalier.inert import Inert, Lacking

from . import _values
from ._dtypes import bool_, default, int64, named


def make(shape, data=None, dtype=None, init=None):
    from ._tensor import Tensor

    return Tensor._make(shape, data, dtype, init)


def filled(shape, value, dtype=None):
    shape = dims.Size(map(dims.as_dim, shape))
    value = value.item() if hasattr(value, 'item') else value
    dtype = named(dtype) or default()
    if dtype is bool_:
        value = bool(value)
    elif not dtype.is_floating_point and not dtype.is_complex:
        value = int(value)
    init = {'kind': 'constant', 'value': float(value)} if math.isfinite(value) else None
    return make(shape, [value] * math.prod(_values.sizes(shape)) if _values.fits(shape) else None, dtype, init)


def drawn(shape, init, dtype=None):
    """Random numbers, of which only the distribution matters."""
    return make(map(dims.as_dim, shape), None, dtype, init)


def of(value, dtype=None):
    """`torch.tensor(value)`: nested lists of numbers, or of tensors."""
    from ._tensor import Tensor

    if isinstance(value, Tensor):
        return value if dtype is None else cast(value, dtype)
    if isinstance(value, dims.BatchDim):
        return make([], None, dtype or int64)
    if isinstance(value, (list, tuple)) and value and isinstance(value[0], Tensor) and value[0].shape:
        from ._move import stack

        return stack(value)
    if isinstance(value, Inert):
        raise Lacking(value._name)
    shape, data, dtype = [], value, named(dtype)
    while isinstance(data, (list, tuple, range)):
        shape.append(len(data))
        data = data[0] if data else 0
    flat = list(_flatten(value))
    if dtype is None:
        kinds = {type(item) for item in flat}
        dtype = bool_ if kinds == {bool} else int64 if kinds <= {int, bool} and flat else default()
    return make(shape, [_converter(dtype)(x) for x in flat], dtype)


def _flatten(value):
    if isinstance(value, (list, tuple, range)):
        for item in value:
            yield from _flatten(item)
    elif isinstance(value, (int, float, bool, complex)):
        yield value
    elif hasattr(value, 'tolist'):
        yield from _flatten(value.tolist())
    else:
        yield float(value)


def _converter(dtype):
    if dtype is bool_:
        return bool
    return float if dtype.is_floating_point else (lambda x: x) if dtype.is_complex else int


def cast(tensor, dtype):
    """A tensor in another dtype. A parameter keeps its name where nothing changes."""
    from _espalier import record

    dtype = named(dtype)
    if not hasattr(dtype, 'itemsize') or dtype is tensor.dtype:
        return tensor
    if record.derived(tensor) and not record.traced(tensor):
        made = record.op('identity', [tensor], {}, dtype=dtype)[0]
    else:
        made = make(tensor.shape, None, dtype, tensor._init)
        made._value, made._session, made._guess = tensor._value, tensor._session, tensor._guess
    if tensor._data is not None:
        try:
            made._data = list(map(_converter(dtype), tensor._data))
        except (ValueError, OverflowError, TypeError):
            made._data = None
    made.dtype = dtype
    return made


def arange(*args, dtype=None, **kwargs):
    args = [kwargs[key] for key in ('start', 'end', 'step') if key in kwargs] if not args else args
    start, stop, step = (0, args[0], 1) if len(args) == 1 else (*args, kwargs.get('step', 1))[:3]
    start, stop, step = (x.item() if hasattr(x, 'item') else x for x in (start, stop, step))
    if isinstance(stop, dims.BatchDim):
        return make([stop], None, dtype or int64)
    count = max(0, math.ceil((stop - start) / step))
    whole = all(isinstance(x, int) for x in (start, stop, step))
    dtype = named(dtype) or (int64 if whole else default())
    data = [_converter(dtype)(start + i * step) for i in range(count)] if count <= _values.KEEP else None
    return make([dims.as_dim(count)], data, dtype)


def linspace(start, end, steps=100, dtype=None, **_):
    start, end, steps = float(start), float(end), int(steps)
    gap = (end - start) / (steps - 1) if steps > 1 else 0.0
    return make([steps], [start + gap * i for i in range(steps)], dtype)


def logspace(start, end, steps=100, base=10.0, dtype=None, **_):
    made = linspace(start, end, steps, dtype)
    made._data = [base**x for x in made._data]
    return made


def eye(n, m=None, dtype=None, **_):
    m = n if m is None else m
    return make([n, m], [float(i // m == i % m) for i in range(n * m)] if n * m <= _values.KEEP else None, dtype)


def meshgrid(*tensors, indexing='ij'):
    tensors = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else tensors
    sizes = [tensor.numel() for tensor in tensors]
    swapped = indexing == 'xy' and len(sizes) > 1
    shape = [sizes[1], sizes[0], *sizes[2:]] if swapped else sizes
    return tuple(_along(tensor, shape, 1 - i if swapped and i < 2 else i) for i, tensor in enumerate(tensors))


def _along(tensor, shape, axis):
    """A list of numbers repeated over a grid, changing along one axis only."""
    return tensor.reshape([size if i == axis else 1 for i, size in enumerate(shape)]).expand(shape)


def indices(n, m, offset, keep):
    """`tril_indices` and `triu_indices`."""
    pairs = [(i, j) for i in range(n) for j in range(m) if keep(i + offset, j)]
    return make([2, len(pairs)], [i for i, _ in pairs] + [j for _, j in pairs], int64)
