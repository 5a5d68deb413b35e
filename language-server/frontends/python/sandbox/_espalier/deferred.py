"""Operations on parameters alone: recorded when an activation meets their result, in the order they were made."""

import math

from .dims import BatchDim, encode
from .session import dtype_of

# Constants up to this many elements travel with their values, and of a whole model no more than this many numbers.
_FEW, _MOST = 65_536, 1_000_000


class Deferred:
    """A node to be. Its inputs are remembered as they were, for a tensor's name may stand for another one later."""

    def __init__(self, session, kind, inputs, attrs, names, place, shapes):
        self.session = session
        self.turn = session.next_turn()
        self.node = (kind, inputs, attrs, names, place, shapes)
        self.values = None

    def record(self):
        # Not by recursion: such chains may be long.
        pending = [self]
        while pending:
            later = pending[-1]
            waiting = [o.recipe[0] for o in later.node[1] if o.recipe and o.recipe[0].values is None]
            if waiting and later.values is None:
                pending.extend(waiting)
                continue
            pending.pop()
            if later.values is None:
                kind, inputs, *rest = later.node
                values = [o.value(self.session) for o in inputs]
                later.values = self.session.node(kind, values, *rest, turn=later.turn)
        return self.values


class Origin:
    """What a tensor was when it went into an operation: an activation, a result to be, a parameter, or a constant."""

    __slots__ = ('known', 'recipe', 'tensor', 'shape')

    def __init__(self, known, recipe, tensor):
        self.known, self.recipe, self.tensor, self.shape = known, recipe, tensor, tensor.shape

    def value(self, session):
        if self.known is not None:
            return self.known
        if self.recipe is not None:
            later, i = self.recipe
            return later.record()[i]
        return _feed(session, self.tensor, self.shape)


def origin(tensor, session):
    known = tensor._value if tensor._session is session else None
    recipe = tensor._recipe if tensor._recipe and tensor._recipe[0].session is session else None
    return Origin(known, recipe, tensor)


def value_of(tensor, session):
    """The value that stands for a tensor in the graph."""
    return tensor._value if tensor._session is session else origin(tensor, session).value(session)


def _feed(session, tensor, shape):
    """A node without inputs: a parameter or buffer by its name, or a constant."""
    name = session.params.get(id(tensor))
    key = id(tensor) if name is None else name
    if key not in session.feeds:
        attrs = {'shape': encode(shape), 'dtype': dtype_of(tensor)}
        kind, names = 'constant', {}
        if name is not None:
            kind, names, attrs['param'] = 'parameter', {'value': name}, name
        else:
            attrs.update(_values_of(tensor, session))
        if any(isinstance(size, BatchDim) for size in shape) and 'fill' not in attrs:
            kind, attrs = 'unknown', {'name': kind}
        place = (name.rpartition(session.framework.separator)[0] if name is not None else session.path()), []
        session.feeds[key] = session.node(kind, [], attrs, names, place, [shape])[0]
        session.held.append(tensor)
    return session.feeds[key]


def _values_of(tensor, session):
    """The values of a constant, one by one, or the one that fills it."""
    data, init = tensor._data, tensor._init
    if data and any(isinstance(size, BatchDim) for size in tensor.shape):
        # They are those of one row; the graph says them where they are all the same.
        return {'fill': _plain(data[0])} if all(value == data[0] for value in data) else {}
    if data is None:
        return {'fill': init['value']} if init and init['kind'] == 'constant' else {}
    if len(data) > _FEW or session.numbers + len(data) > _MOST:
        return {}
    session.numbers += len(data)
    return {'data': list(map(_plain, data))}


def _plain(value):
    """A number that JSON can say."""
    if isinstance(value, complex):
        return value.real
    return value if math.isfinite(value) else 0.0 if math.isnan(value) else math.copysign(3.4028234663852886e38, value)
