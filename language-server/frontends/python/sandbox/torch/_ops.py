"""Element-wise operations and matrix products."""

import math
import operator

from _espalier import dims, record

from . import _constant
from ._tensor import Tensor


def tensor(value):
    """Whatever user code passes where PyTorch takes a tensor."""
    return value if isinstance(value, Tensor) else _constant.of(value)


def number(value):
    """A plain number in `value`, or None: Python's, or the one that a constant of a single element holds."""
    if isinstance(value, (int, float)):
        return float(value) if isinstance(value, float) else int(value)
    if isinstance(value, Tensor) and value._data is not None and len(value._data) == 1:
        return None if record.traced(value) else value._data[0]
    return None


def _function(kind, a, b):
    return {'add': operator.add, 'sub': operator.sub, 'mul': operator.mul, 'div': operator.truediv}[kind](a, b)


def binary(kind, a, b):
    """add, sub, mul or div, with the number on either side said as an attribute."""
    for x, y, swapped in ((a, b, False), (b, a, True)):
        scalar = number(y)
        small = not isinstance(y, Tensor) or len(y.shape) <= len(getattr(x, 'shape', ()))
        if record.traced(x) and scalar is not None and small and math.isfinite(scalar):
            attrs = {'scalar': scalar, 'reversed': True} if swapped else {'scalar': scalar}
            return record.op(kind, [x], attrs)[0]
    if not isinstance(a, (Tensor, int, float)) or not isinstance(b, (Tensor, int, float)):
        return _foreign(kind, a, b)
    a, b = tensor(a), tensor(b)
    out = record.op(kind, [a, b], {})[0]
    if out._session is None:
        known = _constant.map2(lambda x, y: _function(kind, x, y), a, b, out.shape)
        if known is not None:
            return known
        out._init = _scaled(kind, a, b)
    return out


def _scaled(kind, a, b):
    """randn(…) * 0.02 is still a normal distribution."""
    for x, y in ((a, b), (b, a)):
        init, scale = x._init, number(y)
        if kind == 'mul' and init and scale is not None:
            return {key: value * abs(scale) if key != 'kind' else value for key, value in init.items()}
    return None


def _foreign(kind, a, b):
    other = b if isinstance(a, Tensor) else a
    answer = record.unknown_call(f'{kind} with {type(other).__name__}', (a, b), {})
    return answer if answer is not None else (a if isinstance(a, Tensor) else b)


def add(a, b, alpha=1, **_):
    return binary('add', a, b if alpha == 1 else binary('mul', b, alpha))


def sub(a, b, alpha=1, **_):
    return binary('sub', a, b if alpha == 1 else binary('mul', b, alpha))


def mul(a, b, **_):
    return binary('mul', a, b)


def div(a, b, rounding_mode=None, **_):
    return binary('div', a, b) if rounding_mode is None else elementwise('floor_divide', a, b)


def rsub(a, b, alpha=1):
    return sub(b, a, alpha)


def neg(a):
    return binary('mul', a, -1)


def square(a):
    return binary('mul', a, a)


def reciprocal(a):
    return binary('div', 1, a)


def power(a, b):
    if number(b) == 2 and isinstance(a, Tensor):
        return square(a)
    if number(b) == 1 and isinstance(a, Tensor):
        return a
    return elementwise('pow', a, b)


def matmul(a, b, **_):
    a, b = tensor(a), tensor(b)
    if len(a.shape) >= 2 and len(b.shape) >= 2:
        return record.op('matmul', [a, b], {})[0]
    # A vector takes a dimension of one for the product and gives it back.
    left = a.unsqueeze(0) if len(a.shape) == 1 else a
    right = b.unsqueeze(1) if len(b.shape) == 1 else b
    out = record.op('matmul', [left, right], {})[0]
    out = out.squeeze(-1) if len(b.shape) == 1 else out
    return out.squeeze(-2 if len(b.shape) > 1 else -1) if len(a.shape) == 1 else out


bmm = mm = matmul


def addmm(bias, a, b, **_):
    return add(matmul(a, b), bias)


def einsum(equation, *operands):
    operands = operands[0] if len(operands) == 1 and isinstance(operands[0], (tuple, list)) else operands
    left, _, out = equation.replace(' ', '').partition('->')
    sizes = {}
    for term, operand in zip(left.split(','), operands):
        sizes.update(zip(term, operand.shape))
    if '.' in equation or '->' not in equation or any(axis not in sizes for axis in out):
        return record.unknown_call('torch.einsum', operands, {}) or operands[0]
    return record.unknown('einsum', list(operands), [dims.Size(sizes[axis] for axis in out)])[0]


def activation(kind, x, inplace=False, **attrs):
    """An activation of the op table. In place, every name for the tensor sees it, as in PyTorch."""
    x = tensor(x)
    out = record.op(kind, [x], attrs)[0]
    return x._become(out) if inplace else out


def softmax(kind, x, dim):
    x = tensor(x)
    axis = -1 if dim is None else dims.int_of(dim)
    return record.op(kind, [x], {'axis': axis + len(x.shape) if axis < 0 else axis})[0]


_one = {
    'exp': math.exp, 'log': math.log, 'log2': math.log2, 'log10': math.log10, 'log1p': math.log1p,
    'expm1': math.expm1, 'sqrt': math.sqrt, 'rsqrt': lambda x: 1 / math.sqrt(x), 'abs': abs, 'sin': math.sin,
    'cos': math.cos, 'tan': math.tan, 'floor': math.floor, 'ceil': math.ceil, 'round': round, 'erf': math.erf,
    'sign': lambda x: (x > 0) - (x < 0), 'sinh': math.sinh, 'cosh': math.cosh, 'atan': math.atan,
    'logical_not': operator.not_, 'isnan': math.isnan, 'trunc': math.trunc,
}
_two = {
    'pow': operator.pow, 'floor_divide': operator.floordiv, 'fmod': math.fmod, 'remainder': operator.mod,
    'maximum': max, 'minimum': min, 'eq': operator.eq, 'ne': operator.ne, 'lt': operator.lt, 'le': operator.le,
    'gt': operator.gt, 'ge': operator.ge, 'logical_and': lambda a, b: bool(a and b),
    'logical_or': lambda a, b: bool(a or b), 'atan2': math.atan2,
}
# Shapes go through; the op table has no such op, so channels stop there.
_same_shape = (
    'clamp clip clamp_min clamp_max hardtanh selu celu prelu logsigmoid softsign tanhshrink hardshrink softshrink threshold rrelu '
    'masked_fill where lerp nan_to_num cumsum cumprod flip roll tril triu erfinv digamma lgamma '
    'index_fill scatter scatter_add index_add index_copy normalize softmin gumbel_softmax real imag '
    'addcmul addcdiv logit bernoulli masked_scatter renorm fake_quantize'
).split()


def elementwise(name, *args, **kwargs):
    """An element-wise function outside the op table: values for constants, a barrier of known shape otherwise."""
    operands = [tensor(a) for a in args if isinstance(a, (Tensor, int, float)) and not isinstance(a, bool)]
    if not operands:
        return args[0] if args else None
    if name in _one and not record.traced(operands[0]):
        known = _constant.map1(_one[name], operands[0])
        if known is not None:
            return known
    shape = operands[0].shape
    for other in operands[1:]:
        if len(other.shape):
            shape = dims.decode(record.ask('shape', op='add', shapes=[dims.encode(shape), dims.encode(other.shape)], attrs={})[0])
    if name in _two and len(operands) == 2 and not any(map(record.traced, operands)):
        known = _constant.map2(_two[name], *operands, shape)
        if known is not None:
            return known
    return record.unknown(name, operands, [shape])[0]


def _named(name):
    def function(*args, **kwargs):
        return elementwise(name, *args, **{k: v for k, v in kwargs.items() if k not in ('inplace', 'out')})

    function.__name__ = name
    return function


table = {name: _named(name) for name in (*_one, *_two, *_same_shape)}
table.update(
    add=add, sub=sub, subtract=sub, mul=mul, multiply=mul, div=div, divide=div, true_divide=div, rsub=rsub,
    neg=neg, negative=neg, square=square, reciprocal=reciprocal, pow=power, matmul=matmul, bmm=bmm, mm=mm,
    addmm=addmm, absolute=_named('abs'), greater=_named('gt'), less=_named('lt'),
)
table.update({kind: (lambda x, kind=kind: activation(kind, x)) for kind in ('relu', 'sigmoid', 'tanh')})
table['softmax'] = lambda x, dim=None, dtype=None: softmax('softmax', x, dim)
table['log_softmax'] = lambda x, dim=None, dtype=None: softmax('logSoftmax', x, dim)
