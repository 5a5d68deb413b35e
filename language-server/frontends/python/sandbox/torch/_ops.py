"""Arithmetic and comparisons of two tensors, or of a tensor and a number."""

import math
import operator

from _espalier import dims, record

from . import _constant, _values
from ._dtypes import bool_, default
from ._tensor import Tensor

# JSON has no infinity; the largest float32 does what masks want of it.
_LARGEST = 3.4028234663852886e38


def tensor(value):
    """Whatever user code passes where PyTorch takes a tensor."""
    return value if isinstance(value, Tensor) else _constant.of(value)


def number(value):
    """A plain number in `value`, or None: Python's, or the one that a constant of a single element holds."""
    if isinstance(value, (int, float)):
        return float(value) if isinstance(value, float) else int(value)
    if isinstance(value, Tensor) and value._data is not None and value.shape.numel() == 1:
        return None if record.traced(value) else value._data[0]
    return None


def finite(value):
    """A number that JSON can say."""
    value = float(value) if isinstance(value, float) else int(value)
    if math.isnan(value):
        return 0.0
    return max(-_LARGEST, min(_LARGEST, value))


def broadcast(a, b):
    """NumPy's rule, as the op table has it."""
    return dims.Size(record.rules.shapes('add', [a, b], {})[0])


_BOOL = ('eq', 'ne', 'lt', 'le', 'gt', 'ge', 'logicalAnd', 'logicalOr', 'logicalXor')
# kind → what it does to two numbers.
FUNCTIONS = {
    'add': operator.add, 'sub': operator.sub, 'mul': operator.mul, 'div': operator.truediv, 'powTensor': operator.pow,
    'floorDivide': operator.floordiv, 'remainder': operator.mod, 'fmod': math.fmod, 'atan2': math.atan2,
    'maximum': max, 'minimum': min, 'eq': operator.eq, 'ne': operator.ne, 'lt': operator.lt, 'le': operator.le,
    'gt': operator.gt, 'ge': operator.ge, 'logicalAnd': lambda a, b: bool(a and b),
    'logicalOr': lambda a, b: bool(a or b), 'logicalXor': lambda a, b: bool(a) != bool(b),
    'bitwiseAnd': operator.and_, 'bitwiseOr': operator.or_, 'bitwiseXor': operator.xor,
}  # fmt: skip


def binary(kind, a, b):
    """One op on two operands, with a number on either side said as an attribute."""
    for x, y, swapped in ((a, b, False), (b, a, True)):
        scalar = number(y)
        small = not isinstance(y, Tensor) or len(y.shape) <= len(getattr(x, 'shape', ()))
        if isinstance(x, Tensor) and (record.traced(x) or record.derived(x)) and scalar is not None and small:
            known = _values.of(x)
            attrs = {'scalar': finite(scalar), 'reversed': True} if swapped else {'scalar': finite(scalar)}
            out = record.op(kind, [x], attrs, shapes=[x.shape], dtype=_dtype(kind, x, tensor(y)))[0]
            return out if known is None else _known(kind, tensor(a), tensor(b), out)
    if not isinstance(a, (Tensor, int, float)) or not isinstance(b, (Tensor, int, float)):
        return _foreign(kind, a, b)
    a, b = tensor(a), tensor(b)
    shape = None if record.rules.known(kind) else [broadcast(a.shape, b.shape)]
    out = record.op(kind, [a, b], {}, shapes=shape, dtype=_dtype(kind, a, b))[0]
    return out if record.traced(out) else _known(kind, a, b, out)


def _dtype(kind, a, b):
    if kind in _BOOL:
        return bool_
    # An operand of no dimensions gives way to one that has some, within the same kind of numbers.
    a, b = (b, a) if len(a.shape) == 0 < len(b.shape) else (a, b)
    chosen = a.dtype if a.dtype.is_floating_point or not b.dtype.is_floating_point else b.dtype
    if chosen is bool_ and b.dtype is not bool_:
        chosen = b.dtype
    return default() if kind == 'div' and not chosen.is_floating_point else chosen


def _known(kind, a, b, out):
    """The values of a result, where both operands have some."""
    left = _values.spread(_values.of(a), a.shape, out.shape)
    right = _values.spread(_values.of(b), b.shape, out.shape)
    if left is None or right is None:
        out._init = _scaled(kind, a, b)
        return out
    function = FUNCTIONS[kind]
    try:
        return _values.give(out, [function(x, y) for x, y in zip(left, right)])
    except ZeroDivisionError:
        return _values.give(out, [_divided(function, x, y) for x, y in zip(left, right)])
    except (ArithmeticError, ValueError, TypeError):
        return out


def _divided(function, x, y):
    try:
        return function(x, y)
    except ZeroDivisionError:
        return math.copysign(math.inf, x) if x else math.nan


def _scaled(kind, a, b):
    """randn(…) * 0.02 is still a normal distribution."""
    for x, y in ((a, b), (b, a)):
        init, scale = x._init, number(y)
        if kind == 'mul' and init and scale is not None:
            return {key: value * abs(scale) if key != 'kind' else value for key, value in init.items()}
    return None


def _foreign(kind, a, b):
    if kind in ('eq', 'ne'):
        return kind == 'ne'
    other = b if isinstance(a, Tensor) else a
    answer = record.unknown_call(f'{kind} with {type(other).__name__}', (a, b), {})
    return answer if answer is not None else (a if isinstance(a, Tensor) else b)


def named(kind):
    def function(input, other, **_):
        return binary(kind, input, other)

    function.__name__ = kind
    return function


def add(input, other, alpha=1, **_):
    return binary('add', input, other if alpha == 1 else binary('mul', other, alpha))


def sub(input, other, alpha=1, **_):
    return binary('sub', input, other if alpha == 1 else binary('mul', other, alpha))


def div(input, other, rounding_mode=None, **_):
    return binary('div' if rounding_mode is None else 'floorDivide', input, other)


def power(input, exponent, **_):
    scalar = number(exponent)
    if scalar is None or not isinstance(input, Tensor):
        return binary('powTensor', input, exponent)
    if scalar == 2:
        return binary('mul', input, input)
    if scalar == 1:
        return input
    known = _values.of(input)
    out = record.op('pow', [input], {'exponent': finite(scalar)}, shapes=[input.shape])[0]
    if known is None:
        return out
    try:
        return _values.give(out, [value**scalar for value in known])
    except (ArithmeticError, ValueError):
        return out


def bitwise(name):
    """`&`, `|`, `^`: logical on masks, and arithmetic on integers."""
    logical, whole = {'and': 'logicalAnd', 'or': 'logicalOr', 'xor': 'logicalXor'}[name], f'bitwise{name.title()}'

    def function(input, other, **_):
        masks = all(x.dtype is bool_ for x in (input, other) if isinstance(x, Tensor))
        return binary(logical if masks else whole, input, other)

    return function


def lerp(input, end, weight):
    return add(input, binary('mul', binary('sub', end, input), weight))


mul, maximum, minimum = named('mul'), named('maximum'), named('minimum')
floor_divide, remainder = named('floorDivide'), named('remainder')

table = {
    'add': add, 'sub': sub, 'subtract': sub, 'mul': mul, 'multiply': mul, 'div': div, 'divide': div, 'true_divide': div,
    'rsub': lambda input, other, alpha=1: sub(other, input, alpha), 'pow': power, 'float_power': power, 'lerp': lerp,
    'square': lambda x: binary('mul', x, x), 'neg': lambda x: binary('mul', x, -1),
    'floor_divide': floor_divide, 'remainder': remainder, 'fmod': named('fmod'), 'maximum': maximum, 'minimum': minimum,
    'fmax': maximum, 'fmin': minimum, 'atan2': named('atan2'), 'arctan2': named('atan2'),
    'logical_and': named('logicalAnd'), 'logical_or': named('logicalOr'), 'logical_xor': named('logicalXor'),
    'bitwise_and': bitwise('and'), 'bitwise_or': bitwise('or'), 'bitwise_xor': bitwise('xor'),
    'addcmul': lambda input, a, b, value=1: add(input, mul(mul(a, b), value)),
    'addcdiv': lambda input, a, b, value=1: add(input, mul(div(a, b), value)),
    **{name: named(name) for name in ('eq', 'ne', 'lt', 'le', 'gt', 'ge')},
    'greater': named('gt'), 'less': named('lt'), 'greater_equal': named('ge'), 'less_equal': named('le'),
    'not_equal': named('ne'),
}  # fmt: skip
table['negative'] = table['neg']
