"""Parameters and buffers."""

from _espalier import record
from _espalier.dims import Size
from torch import _constant
from torch._dtypes import default
from torch._tensor import Tensor


class Parameter(Tensor):
    def __new__(cls, data=None, requires_grad=True):
        self = object.__new__(cls)
        source = _constant.make([0]) if data is None else data if isinstance(data, Tensor) else _constant.of(data)
        self.shape, self.dtype = source.shape, source.dtype
        self._init = source._init or _known(source)
        self.requires_grad = requires_grad
        return self

    def __init__(self, data=None, requires_grad=True):
        pass

    def _become(self, other):
        """Written into: the name stays, and what it holds is only where training starts from."""
        self._keeps()
        self.shape, self.dtype = other.shape, other.dtype
        self._init = other._init or _known(other)
        return self

    _reseat = _become

    def _keeps(self):
        """The parameters of a graph are what training moves: forward cannot."""
        record.writes(self)
        if record.nominal(self):
            record.current.note(f'{record.current.params[id(self)]} is written into in forward: the graph takes it as it was before')

    def __deepcopy__(self, memo):
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__, _alias=None)
        memo[id(self)] = made
        return made

    @staticmethod
    def _sized(shape, init=None):
        made = object.__new__(Parameter)
        made.shape, made.dtype, made.requires_grad = Size(shape), default(), True
        made._init = init
        return made

    def __repr__(self):
        return f'Parameter containing: shape={tuple(self.shape)}'


def _known(source):
    """A parameter whose values are all one number starts there."""
    data = source._data
    if data and all(value == data[0] for value in data):
        return {'kind': 'constant', 'value': float(data[0])}
    return None


class UninitializedParameter(Parameter):
    pass


class Buffer(Tensor):
    def __new__(cls, data=None, persistent=True):
        source = _constant.make([0]) if data is None else data if isinstance(data, Tensor) else _constant.of(data)
        self = Tensor._make(source.shape, source._data, source.dtype, source._init)
        self._persistent = persistent
        return self
