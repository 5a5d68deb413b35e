"""Matrix products and einsum."""

import math
import string

from _espalier import dims, record
from _espalier.host import ShapeMismatch

from . import _values
from ._ops import add, mul, tensor


def matmul(input, other, **_):
    a, b = tensor(input), tensor(other)
    if len(a.shape) >= 2 and len(b.shape) >= 2:
        return _values.give(record.op('matmul', [a, b], {})[0], _product(a, b))
    # A vector takes a dimension of one for the product and gives it back.
    left = a.unsqueeze(0) if len(a.shape) == 1 else a
    right = b.unsqueeze(1) if len(b.shape) == 1 else b
    out = matmul(left, right)
    out = out.squeeze(-1) if len(b.shape) == 1 else out
    return out.squeeze(-2 if len(b.shape) > 1 else -1) if len(a.shape) == 1 else out


def _product(a, b):
    """The values of a small product of matrices."""
    x, y = _values.of(a), _values.of(b)
    if x is None or y is None or _values.batched((*a.shape, *b.shape)) or len(x) * b.shape[-1] > 1_000_000:
        return None
    if len(a.shape) != 2 or len(b.shape) != 2:
        return _stacked(a, b)
    n, columns = a.shape[1], b.shape[1]
    rows = [x[i * n : (i + 1) * n] for i in range(a.shape[0])]
    return [sum(map(math.prod, zip(row, y[j::columns]))) for row in rows for j in range(columns)]


def _stacked(a, b):
    """Of stacks of matrices, which broadcast: a sum over the axis that the two share."""
    lead = string.ascii_uppercase[: max(len(a.shape), len(b.shape)) - 2]
    terms = [lead[len(lead) - len(x.shape) + 2 :] + ends for x, ends in ((a, 'xy'), (b, 'yz'))]
    sizes = {}
    for term, x in zip(terms, (a, b)):
        for axis, size in zip(term, x.shape):
            sizes[axis] = max(size, sizes.get(axis, 1))
    return _summed(terms, lead + 'xz', sizes, [a, b])


def baddbmm(input, batch1, batch2, beta=1, alpha=1, **_):
    return addmm(input, batch1, batch2, beta, alpha)


def addmm(input, mat1, mat2, beta=1, alpha=1, **_):
    product = matmul(mat1, mat2)
    return add(product if alpha == 1 else mul(product, alpha), input if beta == 1 else mul(input, beta))


def outer(input, vec2):
    return mul(input.unsqueeze(1), vec2)


def dot(input, other):
    return mul(input, other).sum()


def einsum(equation, *operands):
    operands = operands[0] if len(operands) == 1 and isinstance(operands[0], (tuple, list)) else operands
    operands = [tensor(x) for x in operands]
    terms, out = _explicit(equation.replace(' ', ''), operands)
    sizes = {}
    for term, operand in zip(terms, operands):
        for axis, size in zip(term, operand.shape):
            if sizes.get(axis, size) not in (size, 1) and size != 1:
                raise ShapeMismatch(f'einsum {equation}: axis {axis} is {sizes[axis]!r} and {size!r}')
            sizes[axis] = size if sizes.get(axis, 1) == 1 else sizes[axis]
    shape = dims.Size(sizes[axis] for axis in out)
    attrs = {'equation': f'{",".join(terms)}->{out}', 'shape': dims.encode(shape)}
    made = record.op('einsum', operands, attrs, shapes=[shape])[0]
    return _values.give(made, _summed(terms, out, sizes, operands))


def _explicit(equation, operands):
    """Every axis as a letter of its own: dots spelled out, and the output said."""
    left, arrow, out = equation.partition('->')
    terms = left.split(',')
    if len(terms) != len(operands):
        raise ValueError(f'einsum {equation} is not for {len(operands)} operands')
    free = [letter for letter in string.ascii_letters if letter not in equation]
    most = max([len(x.shape) - len(term.replace('...', '')) for term, x in zip(terms, operands) if '...' in term], default=0)
    dots = ''.join(free[:most])
    spelled = []
    for term, x in zip(terms, operands):
        own = len(x.shape) - len(term.replace('...', ''))
        spelled.append(term.replace('...', dots[most - own :] if own else ''))
    if not arrow:
        letters = left.replace(',', '').replace('...', '')
        out = dots + ''.join(sorted(letter for letter in set(letters) if letters.count(letter) == 1))
    return spelled, out.replace('...', dots)


def _summed(terms, out, sizes, operands):
    values = [_values.of(x) for x in operands]
    if any(v is None for v in values) or _values.batched(sizes.values()) or math.prod(sizes.values()) > _values.KEEP:
        return None
    inner = [axis for axis in sizes if axis not in out]
    steps = []
    for term, x in zip(terms, operands):
        own = dict.fromkeys(sizes, 0)
        for axis, size, step in zip(term, x.shape, _values.strides(x.shape)):
            own[axis] += step if size != 1 else 0
        steps.append(own)
    at = lambda axes: zip(*(_values.positions([sizes[a] for a in axes], [s[a] for a in axes]) for s in steps))  # noqa: E731
    sums = list(at(inner))
    return [sum(math.prod(v[p + q] for v, p, q in zip(values, o, i)) for i in sums) for o in at(out)]


table = {
    'matmul': matmul, 'bmm': matmul, 'mm': matmul, 'mv': matmul, 'addmm': addmm, 'baddbmm': baddbmm, 'outer': outer,
    'ger': outer, 'dot': dot, 'inner': dot, 'vdot': dot, 'einsum': einsum,
}  # fmt: skip
