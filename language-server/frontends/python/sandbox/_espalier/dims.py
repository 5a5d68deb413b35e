"""Sizes whose batch dimension stays symbolic, so that one trace serves every batch size."""

# What int(x.shape[0]) gives. A large prime, so that a plain integer that user code derived from it is still
# recognised as a multiple of the batch, and hardly any size that people write is mistaken for one.
BASE = 7919


class BatchDim(int):
    """`k` times the batch size."""

    def __new__(cls, k=1):
        self = int.__new__(cls, k * BASE)
        self.batch = k
        return self

    def __mul__(self, other):
        plain = isinstance(other, int) and not isinstance(other, BatchDim)
        return BatchDim(self.batch * int(other)) if plain and other > 0 else int(self) * other

    __rmul__ = __mul__

    def __floordiv__(self, other):
        if isinstance(other, BatchDim):
            return self.batch // other.batch
        exact = isinstance(other, int) and other > 0 and self.batch % other == 0
        return BatchDim(self.batch // other) if exact else int(self) // other

    def __add__(self, other):
        return BatchDim(self.batch + other.batch) if isinstance(other, BatchDim) else int(self) + other

    def __repr__(self):
        return 'N' if self.batch == 1 else f'{self.batch}N'

    __str__ = __repr__

    def __reduce__(self):
        return BatchDim, (self.batch,)


def as_dim(size):
    """A size as user code gives it, with its batch recovered."""
    size = size if isinstance(size, BatchDim) else int_of(size)
    if not isinstance(size, BatchDim) and size > 0 and size % BASE == 0:
        return BatchDim(size // BASE)
    return size


def int_of(value):
    if isinstance(value, int):
        return value
    try:
        return value.__index__()
    except (AttributeError, TypeError):
        raise TypeError(f'a size must be an integer, not {type(value).__name__}') from None


def encode(shape):
    return [{'batch': dim.batch} if isinstance(dim, BatchDim) else whole(dim) for dim in map(as_dim, shape)]


def whole(size):
    """A plain number for the host; one that knows where it is written goes on knowing it."""
    return size if hasattr(size, 'said') else int(size)


def decode(shape):
    return Size(BatchDim(dim['batch']) if isinstance(dim, dict) else dim for dim in shape)


class Size(tuple):
    """`torch.Size`."""

    def numel(self):
        n = 1
        for dim in self:
            n = n * dim
        return n

    def __getitem__(self, key):
        item = tuple.__getitem__(self, key)
        return Size(item) if isinstance(key, slice) else item

    def __add__(self, other):
        return Size(tuple(self) + tuple(other))

    def __repr__(self):
        return f'torch.Size([{", ".join(map(repr, self))}])'


def show(shape):
    """`N×64×8×8`, as the editor writes shapes."""
    return '×'.join(map(repr, shape)) or 'scalar'
