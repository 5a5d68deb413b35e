"""Placeholders for what the sandbox does not have: every use of one gives another, and nothing happens."""

import abc
import dis
import sys
import types

_getframe = sys._getframe
_UNPACK = {dis.opmap['UNPACK_SEQUENCE'], dis.opmap['UNPACK_EX']}
_EXTENDED = dis.opmap['EXTENDED_ARG']
# Set by the tracer: called with (name, arguments) so that a tensor that goes into a placeholder comes out again.
on_call = None
# The last placeholder whose value decided something since the tracer looked, and since the trace began.
consulted = None
ever = None
# While a model is built and run, a placeholder must not pass for a number: no graph is better than a wrong one.
strict = False


class Lacking(Exception):
    """A placeholder stands where the model needs a value."""


def _consult(inert):
    global consulted, ever
    consulted = ever = object.__getattribute__(inert, '_name')


def _number(inert, value):
    _consult(inert)
    if strict:
        raise Lacking(consulted)
    return value


def begin():
    global consulted, ever, strict
    consulted, ever, strict = None, None, False


class InertType(abc.ABCMeta):
    """Classes that derive from a placeholder: unknown class attributes are placeholders too."""

    def __getattr__(cls, name):
        if name.startswith('__'):
            raise AttributeError(name)
        return Inert(f'{cls.__name__}.{name}')


class InertObject(metaclass=InertType):
    """The base that `class X(placeholder)` gets."""

    def __init__(self, *args, **kwargs):
        pass

    def __init_subclass__(cls, **kwargs):
        pass

    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        return Inert(f'{type(self).__name__}.{name}')


class Inert:
    """Attribute access, calls, arithmetic, iteration (empty), `with`, subclassing and decorating all work."""

    def __init__(self, name):
        object.__setattr__(self, '_name', name)

    def __getattr__(self, name):
        if name.startswith('__') and name.endswith('__'):
            raise AttributeError(name)
        made = Inert(f'{self._name}.{name}')
        object.__setattr__(self, name, made)
        return made

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value)

    def __call__(self, *args, **kwargs):
        # A decorator gives back what it decorates.
        if len(args) == 1 and not kwargs and isinstance(args[0], (types.FunctionType, type)):
            return args[0]
        answer = on_call(self._name, args, kwargs) if on_call else None
        return Inert(f'{self._name}()') if answer is None else answer

    def __mro_entries__(self, bases):
        return (base_for(self._name),)

    def __repr__(self):
        return f'<{self._name}>'

    def __format__(self, spec):
        return repr(self)

    def __fspath__(self):
        return f'/{self._name}'

    def __iter__(self):
        _number(self, 0)
        return iter([Inert(f'{self._name}[{i}]') for i in range(_unpacked(_getframe(1)))])

    def __next__(self):
        raise StopIteration

    def __aiter__(self):
        return self

    async def __anext__(self):
        raise StopAsyncIteration

    def __await__(self):
        return self
        yield

    def __getitem__(self, key):
        return Inert(f'{self._name}[…]')

    def __setitem__(self, key, value):
        pass

    def __delitem__(self, key):
        pass

    def __contains__(self, item):
        return False

    def __len__(self):
        return _number(self, 0)

    def __bool__(self):
        _consult(self)
        return False

    def __int__(self):
        return _number(self, 0)

    __index__ = __int__

    def __float__(self):
        return _number(self, 0.0)

    def __complex__(self):
        return 0j

    def __round__(self, digits=0):
        return self

    def __hash__(self):
        return id(self)

    def __eq__(self, other):
        return self is other

    def __lt__(self, other):
        _consult(self)
        return False

    __gt__ = __le__ = __ge__ = __lt__

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        return False

    def __instancecheck__(self, instance):
        return False

    def __subclasscheck__(self, cls):
        return False

    def __neg__(self):
        return self

    __pos__ = __abs__ = __invert__ = __trunc__ = __floor__ = __ceil__ = __neg__

    def __add__(self, other):
        return self

    __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __add__
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = __matmul__ = __rmatmul__ = __add__
    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = __lshift__ = __rshift__ = __divmod__ = __add__


def _unpacked(frame):
    """How many names `a, b = placeholder` wants; nought where a loop iterates."""
    code = frame.f_code.co_code
    at = frame.f_lasti
    if code[at] not in _UNPACK:
        return 0
    count = code[at + 1]
    if at >= 2 and code[at - 2] == _EXTENDED:
        count |= code[at - 1] << 8
    if dis.opname[code[at]] == 'UNPACK_EX':
        return (count & 0xFF) + (count >> 8)
    return count


def base_for(name):
    """What a class really inherits when its base is unknown: Lightning's modules are nn.Modules with trimmings."""
    if name.endswith('LightningModule'):
        from torch.nn.modules.module import Module

        def fallback(self, attribute):
            try:
                return Module.__getattr__(self, attribute)
            except AttributeError:
                if attribute.startswith('_'):
                    raise
                return Inert(f'LightningModule.{attribute}')

        return type('LightningModule', (Module,), {'__getattr__': fallback, '__module__': 'torch.lightning'})
    return InertObject


class InertModule(types.ModuleType):
    """An import that the sandbox cannot serve. Everything in it is a placeholder."""

    __path__ = ()

    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        made = Inert(f'{self.__name__}.{name}')
        setattr(self, name, made)
        return made
