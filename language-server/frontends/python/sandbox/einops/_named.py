"""einsum with names of several letters, the lengths of named axes, and packing tensors of unlike shapes into one."""

import string

from _espalier import dims
from torch import _matmul, _move, _reshape, _slice
from torch._ops import tensor

from ._pattern import DOTS, EinopsError, EinopsShapeError, axes, groups


def einsum(*operands):
    """einsum(x, y, 'b i, b j -> b i j')"""
    *operands, pattern = operands
    if not isinstance(pattern, str) or pattern.count('->') != 1:
        raise EinopsError('einsum takes the tensors first, and then a pattern with one "->"')
    left, right = pattern.split('->')
    sides = [groups(side, pattern) for side in (*left.split(','), right)]
    if len(sides) != len(operands) + 1:
        raise EinopsError(f'{pattern!r} is for {len(sides) - 1} tensors, not for {len(operands)}')
    if any(len(group) != 1 for side in sides for group in side):
        raise EinopsError(f'einsum has no parentheses and no axes of 1, as {pattern!r} has')
    names = [name for name in dict.fromkeys(name for side in sides for name in axes(side)) if name != DOTS]
    letters = dict(zip(names, string.ascii_letters)) | {DOTS: DOTS}
    terms = [''.join(letters[name] for name in axes(side)) for side in sides]
    for term, side, x in zip(terms, sides, operands):
        if DOTS not in axes(side) and len(term) != len(x.shape):
            raise EinopsShapeError(f'{" ".join(axes(side))!r} of {pattern!r} is not for {dims.show(x.shape)}')
    return _matmul.einsum(f'{",".join(terms[:-1])}->{terms[-1]}', *operands)


def parse_shape(x, pattern):
    """Name → length; `_` stands for an axis that is left out."""
    names = [group[0] if group else '_' for group in groups(pattern, pattern, numbers=True, blank=True)]
    at = names.index(DOTS) if DOTS in names else None
    if len(x.shape) != len(names) and (at is None or len(x.shape) < len(names) - 1):
        raise EinopsShapeError(f'{pattern!r} is for {len(names)} axes, not for {dims.show(x.shape)}')
    if at is not None:
        names[at : at + 1] = ['_'] * (len(x.shape) - len(names) + 1)
    return {name: size for name, size in zip(names, x.shape) if name != '_' and not name.isdecimal()}


def asnumpy(x):
    return x


def _around(pattern):
    """How many axes stand before and behind the star."""
    names = pattern.split()
    if names.count('*') != 1:
        raise EinopsError(f'{pattern!r} has one "*" for the axes that are packed')
    return names.index('*'), len(names) - names.index('*') - 1


def pack(tensors, pattern):
    """The tensors, laid end to end along the axis `*`, and the shapes that they had there."""
    before, behind = _around(pattern)
    flat, shapes = [], []
    for x in map(tensor, tensors):
        rank = len(x.shape)
        if rank < before + behind:
            raise EinopsShapeError(f'{pattern!r} is for {before + behind} axes or more, not for {dims.show(x.shape)}')
        middle = x.shape[before : rank - behind]
        shapes.append(middle)
        flat.append(_reshape.reshape(x, [*x.shape[:before], middle.numel(), *x.shape[rank - behind :]]))
    return _move.cat(flat, before), shapes


def unpack(x, packed_shapes, pattern):
    before, behind = _around(pattern)
    if len(x.shape) != before + 1 + behind:
        raise EinopsShapeError(f'{pattern!r} is for {before + 1 + behind} axes, not for {dims.show(x.shape)}')
    shapes = [dims.Size(shape) for shape in packed_shapes]
    lengths = [None if -1 in shape else shape.numel() for shape in shapes]
    if lengths.count(None) > 1:
        raise EinopsError('at most one of the packed shapes may have a -1')
    rest = x.shape[before] - sum(length for length in lengths if length is not None)
    if rest < 0 or None not in lengths and rest:
        raise EinopsShapeError(f'the packed shapes {list(map(tuple, shapes))} do not make up {x.shape[before]!r}')
    parts, start = [], 0
    for shape, length in zip(shapes, lengths):
        length = dims.as_dim(rest if length is None else length)
        part = _slice.cut(x, before, start, length)
        parts.append(_reshape.reshape(part, [*x.shape[:before], *shape, *x.shape[before + 1 :]]))
        start += length
    return parts
