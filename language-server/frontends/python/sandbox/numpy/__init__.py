"""The little of NumPy that model constructors use: arithmetic on numbers and short lists. The rest is a placeholder."""

import builtins
import math

from _espalier.inert import Inert

pi, e, inf, nan, newaxis = math.pi, math.e, math.inf, math.nan, None
float32 = float64 = float16 = float_ = builtins.float
int32 = int64 = int16 = int8 = uint8 = int_ = builtins.int
bool_ = builtins.bool


class ndarray:
    """Arrays here are constants of the torch stand-in; nothing is an instance of this."""


def _constants():
    from torch import _constant

    return _constant


def array(values, dtype=None, **_):
    return values if isinstance(values, Inert) else _constants().of(values)


asarray = array


def arange(*args, dtype=None, **_):
    return _constants().arange(*args, dtype=dtype)


def linspace(start, stop, num=50, **_):
    return _constants().linspace(start, stop, num)


def zeros(shape, *_, **__):
    return _constants().filled([shape] if isinstance(shape, builtins.int) else shape, 0.0)


def ones(shape, *_, **__):
    return _constants().filled([shape] if isinstance(shape, builtins.int) else shape, 1.0)


def expand_dims(values, axis):
    return values if isinstance(values, Inert) else array(values).unsqueeze(axis)


def reshape(values, shape, **_):
    return values if isinstance(values, Inert) else array(values).reshape(shape)


def _list(values):
    values = values.tolist() if hasattr(values, 'tolist') else values
    flat = []
    for value in values if isinstance(values, (list, tuple, range)) else [values]:
        flat.extend(_list(value) if isinstance(value, (list, tuple, range)) else [value])
    return flat


def prod(values, **_):
    n = 1
    for value in _list(values):
        n = n * value
    return n


def sum(values, **_):  # noqa: A001
    return builtins.sum(_list(values))


def mean(values, **_):
    values = _list(values)
    return builtins.sum(values) / len(values)


def max(values, *_, **__):  # noqa: A001
    return builtins.max(_list(values))


def min(values, *_, **__):  # noqa: A001
    return builtins.min(_list(values))


def cumsum(values, **_):
    total, out = 0, []
    for value in _list(values):
        total += value
        out.append(total)
    return array(out)


def _each(function):
    def apply(value, *_, **__):
        if isinstance(value, Inert):
            return value
        if isinstance(value, (builtins.int, builtins.float)):
            return function(value)
        flat = array([function(item) for item in _list(value)])
        return flat.reshape(value.shape) if hasattr(value, 'shape') else flat

    return apply


sqrt, exp, log, log2, log10, sin, cos = map(
    _each, (math.sqrt, math.exp, math.log, math.log2, math.log10, math.sin, math.cos)
)
# NumPy answers floats where Python's own floor and ceil answer integers.
floor, ceil = _each(lambda x: builtins.float(math.floor(x))), _each(lambda x: builtins.float(math.ceil(x)))
abs, round, sign = _each(builtins.abs), _each(builtins.round), _each(lambda x: (x > 0) - (x < 0))  # noqa: A001


def power(a, b):
    return a**b


def clip(value, low, high):
    return builtins.min(builtins.max(value, low), high)


def __getattr__(name):
    if name.startswith('__'):
        raise AttributeError(name)
    from ._arrays import table

    made = table.get(name) or Inert(f'numpy.{name}')
    globals()[name] = made
    return made
