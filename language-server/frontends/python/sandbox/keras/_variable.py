"""Weights: a parameter of the engine with Keras' name, path and initialiser."""

from _espalier import dims
from torch import _constant
from torch.nn.parameter import Parameter

from . import _state, initializers
from ._tensor import KerasTensor


class Variable(KerasTensor):
    def __init__(self, initializer='zeros', shape=None, dtype=None, trainable=True, name=None, path=None, **_):
        dtype = str(getattr(dtype, 'name', dtype) or 'float32')
        if shape is None:
            value = initializer() if callable(initializer) else initializer
            value = getattr(value, '_raw', value)
            source = value if hasattr(value, 'shape') else _constant.of(value)
            shape, init = source.shape, source._init
        else:
            shape = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
            if any(size is None for size in shape):
                raise ValueError(f'Shapes used to initialize variables must be fully-defined (no `None` dimensions). Received: shape={shape} for variable path={path!r}')
            init = initializers.start_of(initializer, shape)
        self._raw = Parameter._sized(list(map(dims.whole, shape)))
        self._raw._init = init
        self._dtype, self.trainable = dtype, bool(trainable)
        # Whether it is trained unless its layer is frozen.
        self.learns = self.trainable
        self.name = name or _state.auto_name('variable')
        self.path = path or _state.join(_state.path(), self.name)

    @property
    def shape(self):
        return tuple(self._raw.shape)

    @property
    def value(self):
        return self

    def assign(self, value):
        return self

    assign_add = assign_sub = assign

    def read_value(self):
        return self

    def __repr__(self):
        return f'<Variable path={self.path}, shape={self.shape}, dtype={self._dtype}>'
