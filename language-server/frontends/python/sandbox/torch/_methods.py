"""Binds operations to tensors: methods by name, in-place twins, and Python's operators."""

from _espalier import record
from _espalier.inert import Inert

from . import _constant, _counting, _elementwise, _index, _lacking, _matmul, _move, _ops, _reduce, _reshape, _slice, _through
from ._tensor import Tensor

named = {}
for _part in (_ops, _elementwise, _matmul, _reshape, _slice, _index, _move, _reduce, _counting):
    named.update(_part.table)


def lookup(tensor, name):
    """A method that the class itself does not have."""
    function = named.get(name)
    if function:
        return lambda *args, **kwargs: function(tensor, *args, **kwargs)
    if name.startswith('new_'):
        return _new(name, tensor)
    if name.endswith('_'):
        found = _in_place(tensor, name[:-1])
        if found is not None:
            return found
    # Code asks: `hasattr(layer, 'num_embeddings')` tells a layer from its weight.
    if name not in _lacking.names:
        raise AttributeError(f"'{type(tensor).__name__}' object has no attribute '{name}'")
    return _UnknownWrite(f'Tensor.{name}', tensor) if name.endswith('_') else _Unknown(f'Tensor.{name}', tensor)


class _Unknown(Inert):
    """A method that the stand-ins lack."""

    def __init__(self, name, tensor):
        super().__init__(name)
        object.__setattr__(self, '_tensor', tensor)

    def __call__(self, *args, **kwargs):
        answer = record.unknown_call(self._name, (self._tensor, *args), kwargs)
        return self._tensor if answer is None else answer


class _UnknownWrite(_Unknown):
    """And one that writes into its tensor."""

    def __call__(self, *args, **kwargs):
        answer = record.unknown_call(self._name, (self._tensor, *args), kwargs)
        return self._tensor if answer is None else self._tensor._become(answer)


# These change what a name shows, not the memory.
_MOVES = ('squeeze', 'unsqueeze', 'transpose', 't', 'swapaxes', 'swapdims', 'as_strided')


def _in_place(tensor, name):
    function = named.get(name)
    if function:
        change = tensor._reseat if name in _MOVES else tensor._become
        return lambda *args, **kwargs: change(function(tensor, *args, **kwargs))
    if name in ('fill', 'zero', 'copy'):
        return lambda value=0, *_, **__: tensor._become(_through.fitted(value, tensor.shape, tensor.dtype))
    if name in _DRAWN:
        # Random numbers: of them only the distribution matters.
        return lambda *args, **kwargs: _drawn(tensor, _DRAWN[name], args, kwargs)
    return None


_DRAWN = {'normal': 'normal_', 'uniform': 'uniform_', 'trunc_normal': 'trunc_normal_', 'bernoulli': None}


def _drawn(tensor, init, args, kwargs):
    from .nn import init as inits

    made = _constant.make(tensor.shape, None, tensor.dtype)
    return tensor._become(getattr(inits, init)(made, *args, **kwargs) if init else made)


def _new(name, tensor):
    def make(*sizes, dtype=None, **kwargs):
        dtype = dtype or tensor.dtype
        sizes = _reshape.sizes_of(kwargs.get('size', sizes)) if name != 'new_full' else sizes
        if name == 'new_tensor':
            return _constant.of(sizes, dtype)
        if name == 'new_full':
            size = kwargs.get('size', sizes[0] if sizes else ())
            return _constant.filled(size, kwargs.get('fill_value', sizes[-1] if sizes else 0), dtype)
        return _constant.filled(sizes, 1.0 if name == 'new_ones' else 0.0, dtype)

    return make


def _operator(function, swap=False):
    if swap:
        return lambda self, other: function(other, self)
    return lambda self, other: function(self, other)


def _install():
    arithmetic = {'add': _ops.add, 'sub': _ops.sub, 'mul': _ops.mul, 'truediv': _ops.div, 'matmul': _matmul.matmul,
                  'pow': _ops.power, 'floordiv': _ops.floor_divide, 'mod': _ops.remainder,
                  **{name: _ops.bitwise(name) for name in ('and', 'or', 'xor')}}  # fmt: skip
    for name, function in arithmetic.items():
        setattr(Tensor, f'__{name}__', _operator(function))
        setattr(Tensor, f'__r{name}__', _operator(function, swap=True))
        setattr(Tensor, f'__i{name}__', lambda self, other, function=function: self._become(function(self, other)))
    for name in ('lt', 'le', 'gt', 'ge', 'eq', 'ne'):
        setattr(Tensor, f'__{name}__', _operator(_ops.table[name]))
    Tensor.__neg__ = _ops.table['neg']
    Tensor.__pos__ = lambda self: self
    Tensor.__abs__ = _elementwise.table['abs']
    Tensor.__invert__ = lambda self: named['logical_not' if self.dtype.name == 'bool' else 'bitwise_not'](self)
    Tensor.__getitem__ = _slice.getitem
    Tensor.__setitem__ = _slice.setitem
    Tensor.T = property(lambda self: _reshape.permute(self, *reversed(range(len(self.shape)))))
    Tensor.mT = property(lambda self: _reshape.transpose(self, -2, -1))


_install()
