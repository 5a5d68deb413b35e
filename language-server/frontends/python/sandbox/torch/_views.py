"""Tensors that show the same memory: a write into one is seen by all the others (functionalisation).

A graph has no memory to write into. So a storage knows its value and the writes since, and a view knows the steps that
lead to it. After a write the others are stale; the first that is read applies the writes, and makes its own value anew.
A write that nobody reads leaves no trace. What is stale is of a class of its own, so that reading the rest costs nothing.
"""

import weakref
from typing import NamedTuple

from _espalier import record

from ._tensor import FIELDS, Tensor

# View operation → (how it is read, what a write through it makes of what it was taken from). See _through.py.
rows = {}


class Step(NamedTuple):
    """One view operation: its row, what it was given, and the shape of what it was taken from."""

    row: str
    args: tuple
    shape: tuple


class Storage:
    """Memory that several tensors show."""

    def __init__(self, base):
        self.base, self.pending, self.members = base, [], []

    def write(self, steps, new, writer=None):
        """The part that the steps lead to is `new` from now on. `writer` shows that already."""
        if not steps:
            self.base, self.pending = settled(new), []
        elif type(self.base) is Tensor:
            self.pending.append((steps, settled(new)))
        else:
            self.base._keeps()
        alive = [(member, member()) for member in self.members]
        self.members = [member for member, tensor in alive if tensor is not None]
        for _, tensor in alive:
            if tensor is not writer and type(tensor) is Tensor:
                record.writes(tensor)
                tensor.__class__ = Stale

    def value(self):
        pending, self.pending = self.pending, []
        for steps, new in pending:
            self.base = settled(_put(lambda base=self.base: base, steps, new))
        return self.base


class Alias:
    """What a tensor shows of a storage. `strides` where its elements do not lie in its own order."""

    __slots__ = ('storage', 'steps', 'strides')

    def __init__(self, storage, tensor, steps=(), strides=None):
        self.storage, self.steps, self.strides = storage, steps, strides
        storage.members.append(weakref.ref(tensor))

    def begin(self, tensor):
        """All of the tensor is about to be written: what it was before is asked for no more."""
        if type(tensor) is Stale:
            tensor.__class__ = Tensor

    def written(self, tensor):
        self.storage.write(self.steps, tensor, tensor)


class Stale(Tensor):
    """A tensor whose memory was written into since its value was made."""

    def _refresh(self):
        self.__class__ = Tensor
        value = self._alias.storage.value()
        for row, args, _ in self._alias.steps:
            value = rows[row][0](value, *args)
        if value is not self:
            _take(self, value)


def _renewed(name):
    def read(self):
        self._refresh()
        return getattr(self, name)

    def write(self, value):
        self._refresh()
        setattr(self, name, value)

    return property(read, write)


for _name in FIELDS:
    setattr(Stale, _name, _renewed(_name))


def _take(tensor, other):
    for name in FIELDS:
        setattr(tensor, name, getattr(other, name))
    return tensor


def settled(tensor):
    """A tensor as it is now, whatever is written into it later. What is known by its name in the model stays itself."""
    if record.nominal(tensor) or not isinstance(tensor, Stale) and type(tensor) is not Tensor:
        return tensor
    return _take(Tensor._make(tensor.shape, None, tensor.dtype), tensor)


def _put(read, steps, new):
    """What `read()` becomes where the part that the steps lead to is `new`."""
    if not steps:
        return new
    step, *rest = steps
    inner = _put(lambda: rows[step.row][0](read(), *step.args), rest, new)
    return rows[step.row][1](read, step, inner)


def alias_of(tensor):
    alias = tensor._alias
    # A buffer that was a plain constant when the model was built is known by its name now.
    if alias is None or record.nominal(tensor) and alias.storage.base is not tensor:
        alias = tensor._alias = Alias(Storage(settled(tensor)), tensor)
    return alias


def view(row, out, x, *args, strides=None):
    """`out` was made from `x` by an operation that shares memory."""
    if out is x:
        return out
    whole = alias_of(x)
    if out._data is None and x._init and x._init['kind'] == 'constant' and not record.derived(out):
        out._init = x._init
    out._alias = Alias(whole.storage, out, (*whole.steps, Step(row, args, x.shape)), strides)
    return out


def reseat(tensor, other):
    """A name that shows other memory from now on, or the same in another shape."""
    whole = alias_of(other)
    _take(tensor, other)
    tensor.shape, tensor.dtype = other.shape, other.dtype
    tensor._alias = Alias(whole.storage, tensor, whole.steps, whole.strides)
    return tensor


def wrote(x, steps, new):
    """The part of `x` that the steps lead to becomes `new`."""
    if steps:
        whole = alias_of(x)
        whole.storage.write((*whole.steps, *steps), new)
    else:
        x._become(new)


def follow(x, take):
    """The steps to the part that `take` takes of a tensor like `x`, and what it looks like. Nothing is recorded."""
    blank = Tensor._make(x.shape, None, x.dtype)
    seen = take(blank)
    return (() if seen is blank else seen._alias.steps), seen


def shows(tensor, x, steps):
    """Whether a tensor is, as it stands, just that part of `x`."""
    a, b = getattr(tensor, '_alias', None), x._alias
    return bool(a and b and a.storage is b.storage and type(tensor) is Tensor) and a.steps == (*b.steps, *steps)
