"""Where the elements of a view lie in memory, which decides whether a reshape shares it or copies.

What an operation makes is assumed to lie in its own order.
"""

from _espalier.dims import BatchDim

# The batch may be of any length: as a prime it divides nothing else.
_BATCH = 7919


def _lengths(shape):
    return [size.batch * _BATCH if isinstance(size, BatchDim) else size for size in shape]


def _ordered(shape):
    steps, step = [], 1
    for size in reversed(_lengths(shape)):
        steps.insert(0, step)
        step *= size
    return steps


def of(x):
    return list(x._alias.strides) if x._alias and x._alias.strides else _ordered(x.shape)


def in_order(x):
    """Whether it is contiguous."""
    if x._alias is None or x._alias.strides is None:
        return True
    return all(a == b or size == 1 for a, b, size in zip(x._alias.strides, _ordered(x.shape), x.shape))


def reshaped(x, shape):
    """The strides of a view of another shape; None where no view can be.

    Runs of dimensions that follow one another in memory may be joined and cut at will, and nothing across them.
    """
    runs = []
    for size, step in zip(_lengths(x.shape), of(x)):
        if size != 1 and runs and runs[-1][1] == size * step:
            runs[-1] = [runs[-1][0] * size, step]
        elif size != 1:
            runs.append([size, step])
    found = []
    for size in reversed(_lengths(shape)):
        if size == 1:
            found.insert(0, 1)
            continue
        if not runs or size == 0 or runs[-1][0] % size:
            return None
        count, step = runs.pop()
        found.insert(0, step)
        if count != size:
            runs.append([count // size, step * size])
    return found
