"""Functions of one tensor, element by element: activations, rounding, exponentials, and what `where` chooses between."""

import math
import operator

from _espalier import dims, record

from . import _values
from ._dtypes import bool_
from ._ops import binary, broadcast, finite, maximum, minimum, number, tensor
from ._tensor import Tensor

_sigmoid = lambda x: 1 / (1 + math.exp(-x))  # noqa: E731
# PyTorch's name → the op table's kind, and what it does to a number.
_FUNCTIONS = {
    'exp': ('exp', math.exp), 'expm1': ('expm1', math.expm1), 'log': ('log', math.log), 'log1p': ('log1p', math.log1p),
    'log2': ('log2', math.log2), 'log10': ('log10', math.log10), 'sqrt': ('sqrt', math.sqrt),
    'rsqrt': ('rsqrt', lambda x: 1 / math.sqrt(x)), 'abs': ('abs', abs), 'sign': ('sign', lambda x: (x > 0) - (x < 0)),
    'erf': ('erf', math.erf), 'sin': ('sin', math.sin), 'cos': ('cos', math.cos), 'tan': ('tan', math.tan),
    'floor': ('floor', math.floor), 'ceil': ('ceil', math.ceil), 'round': ('round', round),
    'reciprocal': ('reciprocal', lambda x: 1 / x), 'logical_not': ('logicalNot', operator.not_),
    'isnan': ('isnan', math.isnan), 'sigmoid': ('sigmoid', _sigmoid), 'tanh': ('tanh', math.tanh),
    'relu': ('relu', lambda x: max(x, 0)), 'selu': ('selu', None), 'trunc': ('trunc', math.trunc),
    'sinh': ('sinh', math.sinh), 'cosh': ('cosh', math.cosh), 'asin': ('asin', math.asin), 'acos': ('acos', math.acos),
    'atan': ('atan', math.atan), 'isinf': ('isinf', math.isinf), 'isfinite': ('isfinite', math.isfinite),
    'erfinv': ('erfinv', None), 'digamma': ('digamma', None), 'lgamma': ('lgamma', math.lgamma), 'frac': ('frac', None),
    'logit': ('logit', lambda x: math.log(x / (1 - x))), 'softsign': ('softsign', None), 'logsigmoid': ('logSigmoid', None),
    'tanhshrink': ('tanhshrink', None), 'bitwise_not': ('bitwiseNot', operator.invert),
}  # fmt: skip
_ALIASES = {
    'absolute': 'abs', 'expit': 'sigmoid', 'fix': 'trunc', 'arctan': 'atan', 'arcsin': 'asin', 'arccos': 'acos',
    'sgn': 'sign', 'exp2': 'exp',
}  # fmt: skip
_BOOL = ('logicalNot', 'isnan', 'isinf', 'isfinite')


def apply(kind, x, function=None, inplace=False, **attrs):
    """One op of one tensor. In place, every name for the tensor sees it, as in PyTorch."""
    x = tensor(x)
    known = _values.of(x) if function else None
    out = record.op(kind, [x], attrs, shapes=[x.shape], dtype=bool_ if kind in _BOOL else None)[0]
    if known is not None:
        try:
            _values.give(out, [function(value) for value in known])
        except (ArithmeticError, ValueError, TypeError):
            pass
    return x._become(out) if inplace else out


def named(name):
    kind, compute = _FUNCTIONS[name]

    def function(input, *_, **__):
        return apply(kind, input, compute)

    function.__name__ = name
    return function


def softmax(kind, x, dim):
    x = tensor(x)
    axis = -1 if dim is None else dims.int_of(dim)
    return record.op(kind, [x], {'axis': axis + len(x.shape) if axis < 0 else axis})[0]


def clamp(input, min=None, max=None, **_):  # noqa: A002
    if isinstance(min, Tensor) and number(min) is None or isinstance(max, Tensor) and number(max) is None:
        out = input if min is None else maximum(input, min)
        return out if max is None else minimum(out, max)
    low, high = (None if value is None else number(value) for value in (min, max))

    def within(value):
        value = value if low is None or value >= low else low
        return value if high is None or value <= high else high

    attrs = {'min': None if low is None else finite(low), 'max': None if high is None else finite(high)}
    return apply('clamp', input, within, **attrs)


def where(condition, input=None, other=None, **_):
    if input is None:
        from ._index import nonzero

        return nonzero(condition, as_tuple=True)
    operands, attrs = [tensor(condition)], {}
    for key, value in (('scalarA', input), ('scalarB', other)):
        scalar = number(value)
        if scalar is None or isinstance(value, Tensor) and value.shape:
            operands.append(tensor(value))
        else:
            attrs[key] = finite(scalar)
    shape = operands[0].shape
    for operand in operands[1:]:
        shape = broadcast(shape, operand.shape)
    chosen = [tensor(value) for value in (input, other)]
    dtype = next((x.dtype for x in chosen if x.dtype.is_floating_point), chosen[0].dtype)
    out = record.op('where', operands, attrs, shapes=[shape], dtype=dtype)[0]
    parts = [_values.spread(_values.of(x), x.shape, shape) for x in (operands[0], *chosen)]
    if any(part is None for part in parts):
        return out
    return _values.give(out, [a if c else b for c, a, b in zip(*parts)])


def masked_fill(input, mask, value):
    out = where(mask, value, input)
    out.dtype = tensor(input).dtype
    return out


def same(name):
    """A function that keeps the shape and that the op table lacks: channels stop there."""

    def function(input, *args, **kwargs):
        others = [x for x in (*args, *kwargs.values()) if isinstance(x, Tensor)]
        return record.unknown(name, [tensor(input), *others], [tensor(input).shape])[0]

    function.__name__ = name
    return function


_SAME = (
    'nan_to_num index_fill scatter scatter_add scatter_reduce index_add index_copy bernoulli masked_scatter renorm heaviside '
    'gumbel_softmax fake_quantize quantize_per_tensor dequantize index_put hypot logaddexp copysign cross polygamma'
).split()


def isclose(input, other, **_):
    return binary('eq', input, other)


table = {name: same(name) for name in _SAME}
table.update({name: named(name) for name in _FUNCTIONS})
table.update({name: table[other] for name, other in _ALIASES.items()})
table.update(
    clamp=clamp, clip=clamp, where=where, masked_fill=masked_fill, isclose=isclose,
    clamp_min=lambda input, min: clamp(input, min), clamp_max=lambda input, max: clamp(input, None, max),
    softmax=lambda input, dim=None, dtype=None, **_: softmax('softmax', input, dim),
    log_softmax=lambda input, dim=None, dtype=None, **_: softmax('logSoftmax', input, dim),
)  # fmt: skip
