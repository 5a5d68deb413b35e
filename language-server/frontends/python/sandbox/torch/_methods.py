"""Binds operations to tensors: methods by name, in-place twins, and Python's operators."""

from _espalier import record
from _espalier.inert import Inert

from . import _constant, _layout, _ops, _reduce
from ._tensor import Tensor

named = {**_ops.table, **_layout.table, **_reduce.table}


def lookup(tensor, name):
    """A method that the class itself does not have."""
    function = named.get(name)
    if function:
        return lambda *args, **kwargs: function(tensor, *args, **kwargs)
    if name.startswith('new_'):
        return _new(name, tensor)
    if name.endswith('_') and not name.startswith('_'):
        return _in_place(tensor, name[:-1])
    return _Unknown(f'Tensor.{name}', tensor)


class _Unknown(Inert):
    """A method that the stand-ins lack."""

    def __init__(self, name, tensor):
        super().__init__(name)
        object.__setattr__(self, '_tensor', tensor)

    def __call__(self, *args, **kwargs):
        answer = record.unknown_call(self._name, (self._tensor, *args), kwargs)
        return self._tensor if answer is None else answer


def _in_place(tensor, name):
    function = named.get(name)
    if function:
        return lambda *args, **kwargs: tensor._become(function(tensor, *args, **kwargs))
    # fill_, copy_, normal_ and the like change values, which a shape does not mind.
    return lambda *args, **kwargs: tensor


def _new(name, tensor):
    def make(*sizes, **_):
        sizes = _layout._sizes(sizes)
        if name in ('new_zeros', 'new_empty'):
            return _constant.filled(sizes, 0.0)
        if name == 'new_tensor':
            return _constant.of(sizes)
        return _constant.filled(sizes[0] if name == 'new_full' else sizes, 1.0)

    return make


def _operator(function, swap=False):
    if swap:
        return lambda self, other: function(other, self)
    return lambda self, other: function(self, other)


def _install():
    arithmetic = {'add': _ops.add, 'sub': _ops.sub, 'mul': _ops.mul, 'truediv': _ops.div, 'matmul': _ops.matmul}
    for name in ('pow', 'floordiv', 'mod'):
        arithmetic[name] = {'pow': _ops.power}.get(name) or _ops._named({'floordiv': 'floor_divide', 'mod': 'remainder'}[name])
    for name, function in arithmetic.items():
        setattr(Tensor, f'__{name}__', _operator(function))
        setattr(Tensor, f'__r{name}__', _operator(function, swap=True))
    for name, kind in (('and', 'logical_and'), ('or', 'logical_or'), ('xor', 'ne')):
        setattr(Tensor, f'__{name}__', _operator(_ops._named(kind)))
        setattr(Tensor, f'__r{name}__', _operator(_ops._named(kind)))
    for name in ('lt', 'le', 'gt', 'ge', 'eq', 'ne'):
        setattr(Tensor, f'__{name}__', _operator(_ops.table[name]))
    Tensor.__neg__ = _ops.neg
    Tensor.__pos__ = lambda self: self
    Tensor.__abs__ = _ops.table['abs']
    Tensor.__invert__ = _ops.table['logical_not']
    Tensor.__getitem__ = _layout.getitem
    Tensor.__setitem__ = _setitem
    Tensor.T = property(lambda self: _layout.permute(self, *reversed(range(len(self.shape)))))
    Tensor.mT = property(lambda self: _layout.transpose(self, -2, -1))


def _setitem(tensor, key, value):
    """Writing into a tensor: its shape stays, its values are no longer known, an activation meets a barrier."""
    tensor._data = None
    if record.traced(tensor) or record.traced(value):
        inputs = [t for t in (tensor, value) if isinstance(t, Tensor)]
        tensor._become(record.unknown('index assignment', inputs, [tensor.shape])[0])


_install()
