"""Element-wise functions of one and two tensors, products, and conditions."""

import operator

import torch

from .. import _graph
from .._emit import emit
from .._tensor import KerasTensor, is_tensor, raw, wrap


def _operand(value):
    """Numbers stay numbers, so that the graph says them; everything else is a tensor of the engine."""
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else raw(value)


def _binary(title, function):
    def call(x1, x2):
        if all(isinstance(x, (int, float)) for x in (x1, x2)):
            return function(x1, x2)
        return wrap(function(_operand(x1), _operand(x2)))

    call.__name__ = title
    return _graph.operation(title)(call)


add, subtract = _binary('add', operator.add), _binary('subtract', operator.sub)
multiply, divide = _binary('multiply', operator.mul), _binary('divide', operator.truediv)
true_divide, power, mod = divide, _binary('power', operator.pow), _binary('mod', operator.mod)
floor_divide = _binary('floor_divide', operator.floordiv)
equal, not_equal = _binary('equal', operator.eq), _binary('not_equal', operator.ne)
less, less_equal = _binary('less', operator.lt), _binary('less_equal', operator.le)
greater, greater_equal = _binary('greater', operator.gt), _binary('greater_equal', operator.ge)
logical_and = _binary('logical_and', lambda a, b: raw(a) & raw(b))
logical_or = _binary('logical_or', lambda a, b: raw(a) | raw(b))
logical_xor = _binary('logical_xor', lambda a, b: raw(a) ^ raw(b))
maximum = _binary('maximum', lambda a, b: torch.maximum(raw(a), raw(b)))
minimum = _binary('minimum', lambda a, b: torch.minimum(raw(a), raw(b)))
arctan2 = _binary('arctan2', lambda a, b: torch.atan2(raw(a), raw(b)))
divide_no_nan = _binary('divide_no_nan', operator.truediv)


def _unary(title, kind=None, **attrs):
    def call(x, *_, **__):
        return emit(kind or title, [x], attrs)[0]

    call.__name__ = title
    return _graph.operation(title)(call)


exp, expm1, log, log1p, log2, log10 = map(_unary, ('exp', 'expm1', 'log', 'log1p', 'log2', 'log10'))
sqrt, rsqrt, abs, sign, erf, sin, cos, tan = map(  # noqa: A001
    _unary, ('sqrt', 'rsqrt', 'abs', 'sign', 'erf', 'sin', 'cos', 'tan')
)
floor, ceil, round, reciprocal, isnan = map(_unary, ('floor', 'ceil', 'round', 'reciprocal', 'isnan'))  # noqa: A001
absolute, logical_not = _unary('absolute', 'abs'), _unary('logical_not', 'logicalNot')


@_graph.operation('negative')
def negative(x):
    return wrap(raw(x) * -1)


@_graph.operation('square')
def square(x):
    return wrap(raw(x) * raw(x))


@_graph.operation('clip')
def clip(x, x_min=None, x_max=None):
    return emit('clamp', [x], {'min': _plain(x_min), 'max': _plain(x_max)})[0]


def _plain(value):
    return None if value is None else float(value)


@_graph.operation('where')
def where(condition, x1=None, x2=None):
    numbers = {key: float(value) for key, value in (('scalarA', x1), ('scalarB', x2)) if isinstance(value, (int, float))}
    branches = [value for value in (x1, x2) if not isinstance(value, (int, float))]
    return emit('where', [condition, *branches], numbers)[0]


@_graph.operation('matmul')
def matmul(x1, x2):
    return wrap(torch.matmul(raw(x1), raw(x2)))


dot = matmul


@_graph.operation('einsum')
def einsum(subscripts, *operands, **_):
    return emit('einsum', list(operands), {'equation': subscripts})[0]


@_graph.operation('tensordot')
def tensordot(x1, x2, axes=2):
    letters = 'abcdefghijklmnopqrstuvwxyz'
    ranks = len(raw(x1).shape), len(raw(x2).shape)
    if isinstance(axes, int):
        axes = list(range(ranks[0] - axes, ranks[0])), list(range(axes))
    one, two = ([axis] if isinstance(axis, int) else list(axis) for axis in axes)
    left, right = letters[: ranks[0]], list(letters[ranks[0] : sum(ranks)])
    for i, j in zip(one, two):
        right[j % ranks[1]] = left[i % ranks[0]]
    right = ''.join(right)
    out = ''.join(c for c in left if c not in right) + ''.join(c for c in right if c not in left)
    return emit('einsum', [x1, x2], {'equation': f'{left},{right}->{out}'})[0]


@_graph.operation('get_item')
def get_item(x, key):
    parts = key if isinstance(key, tuple) else (key,)
    parts = tuple(raw(part) if is_tensor(part) else part for part in parts)
    return wrap(raw(x)[parts if isinstance(key, tuple) else parts[0]])


def _install():
    """Python's operators on Keras tensors are these functions."""
    for name, function in (
        ('add', add), ('sub', subtract), ('mul', multiply), ('truediv', divide), ('pow', power), ('mod', mod),
        ('floordiv', floor_divide), ('matmul', matmul), ('and', logical_and), ('or', logical_or), ('xor', logical_xor),
    ):  # fmt: skip
        setattr(KerasTensor, f'__{name}__', lambda self, other, function=function: function(self, other))
        setattr(KerasTensor, f'__r{name}__', lambda self, other, function=function: function(other, self))
    for name, function in (('lt', less), ('le', less_equal), ('gt', greater), ('ge', greater_equal), ('eq', equal), ('ne', not_equal)):
        setattr(KerasTensor, f'__{name}__', lambda self, other, function=function: _compared(self, other, function))
    KerasTensor.__neg__ = lambda self: negative(self)
    KerasTensor.__abs__ = lambda self: absolute(self)
    KerasTensor.__invert__ = lambda self: logical_not(self)
    KerasTensor.__getitem__ = lambda self, key: get_item(self, key)


def _compared(x, other, function):
    comparable = is_tensor(other) or isinstance(other, (int, float)) or hasattr(other, 'itemsize')
    return function(x, other) if comparable else NotImplemented


_install()
