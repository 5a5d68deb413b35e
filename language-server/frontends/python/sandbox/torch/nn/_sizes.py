"""Numbers that layers are built with: counts, and sizes that may be one number or one a dimension."""

from _espalier import dims, inert


def size(value, what):
    """A count that a layer is built with."""
    if type(value) is int and value == 0 and inert.ever:
        # Placeholders count as nought, and nothing is built of nought on purpose.
        raise inert.Lacking(inert.ever)
    return whole(value, what)


def whole(value, what):
    """A number that may well be nought, as paddings are."""
    if isinstance(value, inert.Inert):
        raise inert.Lacking(value._name)
    if isinstance(value, bool) or not hasattr(value, '__index__'):
        raise TypeError(f'{what} must be an integer, not {type(value).__name__} {value!r}')
    return dims.int_of(value)


def each(value, rank, what):
    """One number a spatial dimension."""
    if isinstance(value, str):
        return value
    if isinstance(value, (tuple, list)):
        if len(value) not in (1, rank):
            raise ValueError(f'{what} must be one number or {_many(rank)}, not {value!r}')
        return [whole(item, what) for item in value] * (rank // len(value))
    return [whole(value, what)] * rank


def _many(rank):
    return {2: 'a pair'}.get(rank, f'{rank} numbers')


def pair(value, what):
    return each(value, 2, what)
