"""The values of small constants, as flat row-major lists, and how moving, spreading and reducing elements changes them."""

import math

from _espalier import dims, record

# Constants up to this many elements keep their values, so that drop rates and index tables can be computed.
KEEP = 65_536


def of(tensor):
    """The values of a tensor that is no activation; None where they are not known."""
    return None if record.traced(tensor) else tensor._data


def sizes(shape):
    """How many values are kept along each dimension. The rows of a batch are alike in constants, so one stands for all."""
    return [size.batch if isinstance(size, dims.BatchDim) else size for size in shape]


def batched(shape):
    return any(isinstance(size, dims.BatchDim) for size in shape)


def fits(shape):
    """Whether a tensor of this shape is small enough to keep its values."""
    return math.prod(sizes(shape)) <= KEEP


def give(tensor, data):
    """A new tensor with values, where there are any."""
    if data is not None and len(data) <= KEEP:
        tensor._data = data
    return tensor


def strides(shape):
    steps, step = [], 1
    for size in reversed(sizes(shape)):
        steps.insert(0, step)
        step *= size
    return steps


def positions(shape, steps, start=0):
    """Where the elements of a strided view of `shape` lie, in order."""
    found = [start]
    for size, step in zip(sizes(shape), steps):
        found = [place + i * step for place in found for i in range(size)]
    return found


def strided(data, shape, steps, start=0):
    return None if data is None else [data[place] for place in positions(shape, steps, start)]


def spread(data, shape, wanted):
    """Broadcasts to a larger shape."""
    if data is None or not fits(wanted):
        return None
    if len(data) == 1:
        return data * math.prod(sizes(wanted))
    if tuple(shape) == tuple(wanted):
        return data
    own = [1] * (len(wanted) - len(shape)) + sizes(shape)
    return strided(data, wanted, [0 if size == 1 else step for size, step in zip(own, strides(own))])


def along(data, shape, axes, function):
    """`function` of the elements along some axes, for each place of the others."""
    if data is None:
        return None
    steps = strides(shape)
    inner = positions([shape[a] for a in axes], [steps[a] for a in axes])
    kept = [a for a in range(len(shape)) if a not in axes]
    outer = positions([shape[a] for a in kept], [steps[a] for a in kept])
    try:
        return [function([data[p + q] for q in inner]) for p in outer]
    except (ArithmeticError, ValueError, TypeError):
        return None


def running(data, shape, axis, function):
    """A running total along one axis."""
    if data is None or isinstance(shape[axis], dims.BatchDim):
        return None
    step = strides(shape)[axis]
    out = list(data)
    for i in range(len(out)):
        if i // step % shape[axis]:
            out[i] = function(out[i - step], data[i])
    return out


def joined(parts, shapes, axis):
    """The values of a concatenation."""
    if any(part is None for part in parts):
        return None
    blocks = [math.prod(sizes(shape[axis:])) for shape in shapes]
    rows = math.prod(sizes(shapes[0][:axis]))
    return [value for row in range(rows) for part, n in zip(parts, blocks) for value in part[row * n : (row + 1) * n]]


def nested(data, shape):
    if not shape:
        return data[0]
    if len(shape) == 1:
        return list(data)
    step = len(data) // shape[0] if shape[0] else 0
    return [nested(data[i * step : (i + 1) * step], shape[1:]) for i in range(shape[0])]
