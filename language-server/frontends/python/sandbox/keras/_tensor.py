"""Keras tensors: a tensor of the engine, which the torch stand-in has, in Keras' clothes."""

from _espalier.dims import BatchDim
from _espalier.inert import Inert, Lacking
from torch import _constant
from torch._tensor import Tensor

from . import _state


class Shape(tuple):
    """A shape as people see it. TensorFlow's has a few methods."""

    def as_list(self):
        return list(self)

    @property
    def rank(self):
        return len(self)

    ndims = rank

    def num_elements(self):
        n = 1
        for size in self:
            if size is None:
                return None
            n *= size
        return n

    def __getitem__(self, key):
        item = tuple.__getitem__(self, key)
        return Shape(item) if isinstance(key, slice) else item

    def __add__(self, other):
        return Shape(tuple(self) + tuple(other))


class KerasTensor:
    # The call that made it, for tensors that come from an Input: what a functional model is followed by.
    _node = None

    def __init__(self, shape=(), dtype='float32', name=None, **_):
        self._raw = Tensor._make([BatchDim(1) if size is None else size for size in shape])
        self._dtype = dtype
        self.name = name or _state.auto_name('keras_tensor')

    @staticmethod
    def _of(raw, dtype='float32'):
        made = object.__new__(KerasTensor)
        made._raw, made._dtype, made.name = raw, dtype, 'tensor'
        return made

    @property
    def shape(self):
        """Open sizes are None where a model is put together, and the multiple of the batch inside of a call."""
        if _state.depth:
            return Shape(self._raw.shape)
        return Shape(None if isinstance(size, BatchDim) else size for size in self._raw.shape)

    @property
    def dtype(self):
        return self._dtype

    @property
    def ndim(self):
        return len(self._raw.shape)

    rank = ndim

    def get_shape(self):
        return self.shape

    def set_shape(self, shape):
        pass

    def numpy(self):
        return self

    def __len__(self):
        return len(self._raw)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __bool__(self):
        return bool(self._raw)

    def __int__(self):
        return int(self._raw)

    def __float__(self):
        return float(self._raw)

    def __index__(self):
        return self._raw.__index__()

    def __hash__(self):
        return id(self)

    def __repr__(self):
        return f'<KerasTensor shape={tuple(self.shape)}, dtype={self._dtype}, name={self.name}>'


def raw(value):
    """The engine's tensor of whatever people pass for a tensor."""
    if isinstance(value, Tensor):
        return value
    if isinstance(value, Inert):
        raise Lacking(value._name)
    found = getattr(value, '_raw', None)
    return found if found is not None else _constant.of(value)


def is_tensor(value):
    return isinstance(getattr(value, '_raw', None), Tensor)


def wrap(value, dtype='float32'):
    return KerasTensor._of(value, dtype)


def as_tensor(value):
    """Arrays become tensors; everything else is left as it is."""
    return wrap(value) if isinstance(value, Tensor) else value


def map_nested(function, value):
    """Applies a function to every leaf of lists, tuples and dicts."""
    if isinstance(value, Shape):
        return value
    if isinstance(value, tuple) and hasattr(value, '_fields'):
        return type(value)(*(map_nested(function, item) for item in value))
    if isinstance(value, (list, tuple)):
        return type(value)(map_nested(function, item) for item in value)
    if isinstance(value, dict):
        return type(value)((key, map_nested(function, item)) for key, item in value.items())
    return function(value)


def tensors_of(value):
    """Tensors of a nested value, in order; of a dict by its sorted keys, as Keras flattens them."""
    if is_tensor(value):
        return [value]
    if isinstance(value, dict):
        return [tensor for key in sorted(value, key=str) for tensor in tensors_of(value[key])]
    if isinstance(value, (list, tuple)):
        return [tensor for item in value for tensor in tensors_of(item)]
    return []
