"""Tensors that carry a shape, and their values only where they are small constants."""

from _espalier import dims, installed, lines, record

from . import _constant, _dtypes, _strides, _values
from ._dtypes import default, device as _device, float32


# What says which value a tensor has.
FIELDS = ('_value', '_session', '_recipe', '_guess', '_data', '_init')


class Tensor:
    # The value that stands for it in a forward pass, or how it was made of parameters; see _espalier.record.
    _value = None
    _session = None
    _recipe = None
    _guess = None
    _data = None
    _init = None
    # What memory it shares with others; see _views.py.
    _alias = None
    requires_grad = False
    grad = None
    grad_fn = None
    is_cuda = False
    is_sparse = False
    is_quantized = False
    layout = 'torch.strided'

    def __new__(cls, *args, **kwargs):
        return object.__new__(cls)

    def __init__(self, *sizes, **kwargs):
        if len(sizes) == 1 and isinstance(sizes[0], (list, tuple, Tensor)) and not isinstance(sizes[0], dims.Size):
            self._become(_constant.of(sizes[0], float32))
            return
        sizes = sizes[0] if len(sizes) == 1 and not isinstance(sizes[0], int) else sizes
        self.shape = dims.Size(map(dims.as_dim, sizes))
        self.dtype = float32

    @staticmethod
    def _make(shape, data=None, dtype=None, init=None):
        made = object.__new__(Tensor)
        made.shape = dims.Size(shape)
        made.dtype = dtype or default()
        made._data = data if data is not None and len(data) <= _values.KEEP else None
        made._init = init
        return made

    def _become(self, other):
        """What an in-place operation does to the name that people hold, and to all that show the same memory."""
        if other is self:
            return self
        # What is known by its name alone has nothing to hand over.
        other = other.clone() if record.nominal(other) else other
        alias = self._alias
        if alias is not None:
            alias.begin(self)
        record.writes(self)
        for key in (*FIELDS, 'shape', 'dtype'):
            setattr(self, key, getattr(other, key))
        if alias is not None:
            alias.written(self)
        return self

    def _reseat(self, other):
        """What changes the shape of a name, or the memory that it stands for, and not the memory."""
        from . import _views

        return _views.reseat(self, other)

    # What a tensor says about itself.

    def size(self, dim=None):
        return self.shape if dim is None else self.shape[dim]

    def dim(self):
        return len(self.shape)

    ndimension = dim

    @property
    def ndim(self):
        return len(self.shape)

    def numel(self):
        return self.shape.numel()

    nelement = numel

    @property
    def device(self):
        return _device('cpu')

    @property
    def is_leaf(self):
        return self._session is None

    @property
    def data(self):
        return self

    @data.setter
    def data(self, other):
        self._reseat(other)

    @property
    def real(self):
        return record.unknown('real', [self], [self.shape], dtype=float32)[0] if self.dtype.is_complex else self

    @property
    def imag(self):
        return record.unknown('imag', [self], [self.shape], dtype=float32)[0]

    def is_floating_point(self):
        return self.dtype.is_floating_point

    def is_contiguous(self, memory_format=None):
        return memory_format is not None or _strides.in_order(self)

    def contiguous(self, **_):
        from . import _views

        return self if _strides.in_order(self) else _views.settled(self)

    def stride(self, dim=None):
        steps, step = [], 1
        for size in reversed(self.shape):
            steps.insert(0, step)
            step = step * size
        return tuple(steps) if dim is None else steps[dim]

    def data_ptr(self):
        """An address, aligned as memory is. Code asks whether two tensors are one."""
        return id(self) * 64

    def element_size(self):
        return self.dtype.itemsize

    def type(self, dtype=None, **_):
        return f'torch.{self.dtype.name.capitalize()}Tensor' if dtype is None else self.to(dtype)

    def __repr__(self):
        values = f'{self._data[:8]}, ' if self._data is not None else ''
        return f'tensor({values}shape={tuple(self.shape)})'

    def __format__(self, spec):
        return format(self._data[0], spec) if self._data and len(self._data) == 1 else repr(self)

    def __hash__(self):
        return id(self)

    def __len__(self):
        if not self.shape:
            raise TypeError('len() of a 0-d tensor')
        return self.shape[0]

    def __iter__(self):
        if not self.shape:
            raise TypeError('iteration over a 0-d tensor')
        if isinstance(self.shape[0], dims.BatchDim) and record.current:
            raise record.Barrier('a loop over the batch')
        return (self[i] for i in range(self.shape[0]))

    # Values: known for small constants, a barrier for activations.

    def _values(self, what):
        if self._data is not None:
            return self._data
        if record.traced(self):
            place = lines.here()
            file = f'{place[0].rpartition("/")[2]}, ' if place and installed.holds(place[0]) else ''
            where = f' ({file}line {place[1]})' if place else ''
            raise record.Barrier(f'{what} of a tensor decides what happens next{where}')
        # A constant whose values were not kept, or a parameter: any number serves as well as another.
        return [0.0] * max(1, min(int(self.numel()), _values.KEEP))

    def item(self):
        return self._values('the value')[0]

    def tolist(self):
        if _values.batched(self.shape) and record.current:
            raise record.Barrier('the values of a batch are listed')
        return _values.nested(self._values('the values'), self.shape)

    def __bool__(self):
        return bool(self._values('the truth')[0])

    def __float__(self):
        return float(self._values('the value')[0])

    def __int__(self):
        return int(self._values('the value')[0])

    def __index__(self):
        if self.dtype.is_floating_point:
            raise TypeError('only integer tensors of a single element can be converted to an index')
        return int(self)

    def __contains__(self, item):
        if record.traced(self):
            # Whether some number occurs among many: mostly it is asked so that a warning can be given.
            place = lines.here()
            if not place or not installed.holds(place[0]):
                record.current.note('whether a number occurs in a tensor is taken as no')
            return False
        return item in self._values('the values')

    def numpy(self, **_):
        return self

    # Housekeeping that does not change what flows.

    def _same(self, *args, **kwargs):
        return self

    detach = cpu = cuda = requires_grad_ = detach_ = pin_memory = share_memory_ = as_subclass = _same
    alias = retain_grad = rename = refine_names = resolve_conj = resolve_neg = coalesce = to_dense = _same

    def clone(self, *args, **kwargs):
        """Another name, so that writing into one does not show in the other."""
        if record.derived(self) and not record.traced(self):
            made = record.op('identity', [self], {})[0]
        else:
            made = Tensor._make(self.shape, None, self.dtype, self._init)
            for key in ('_value', '_session', '_guess'):
                setattr(made, key, getattr(self, key))
        return _values.give(made, self._data)

    __deepcopy__ = __copy__ = clone

    def to(self, *args, dtype=None, other=None, **kwargs):
        for arg in (dtype, other, *args):
            if isinstance(arg, (Tensor, _dtypes.dtype)):
                return _constant.cast(self, getattr(arg, 'dtype', arg))
        return self

    def type_as(self, other):
        return _constant.cast(self, other.dtype)

    def backward(self, *args, **kwargs):
        return None

    def register_hook(self, hook):
        from _espalier.inert import Inert

        return Inert('hook')

    def __getattr__(self, name):
        if name.startswith('_'):
            raise AttributeError(name)
        from . import _methods

        return _methods.lookup(self, name)


def _casts():
    names = {'float': 'float32', 'half': 'float16', 'double': 'float64', 'bfloat16': 'bfloat16', 'long': 'int64'}
    names |= {'int': 'int32', 'short': 'int16', 'bool': 'bool', 'byte': 'uint8', 'char': 'int8'}
    for name, target in names.items():
        setattr(Tensor, name, lambda self, *_, target=_dtypes.by_name[target], **__: _constant.cast(self, target))


_casts()
__all__ = ['Tensor']
