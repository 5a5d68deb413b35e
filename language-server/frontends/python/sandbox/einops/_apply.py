"""rearrange, reduce and repeat, as reshapes, permutations, reductions and expansions of torch's tensors."""

from _espalier import dims, record
from torch import _move, _reduce, _reshape
from torch._ops import tensor

from ._pattern import DOTS, EinopsError, EinopsShapeError, axes, groups, numbered, sides, spelled

_REDUCTIONS = {'min': 'amin', 'max': 'amax', 'sum': 'sum', 'mean': 'mean', 'prod': 'prod', 'any': 'any', 'all': 'all'}


def rearrange(tensor, pattern, **axes_lengths):
    return _transform(tensor, pattern, 'rearrange', axes_lengths)


def repeat(tensor, pattern, **axes_lengths):
    return _transform(tensor, pattern, 'repeat', axes_lengths)


def reduce(tensor, pattern, reduction, **axes_lengths):
    return _transform(tensor, pattern, reduction, axes_lengths)


def check(pattern, what, lengths):
    """Both sides, read, with the lengths that the pattern itself says."""
    texts = sides(pattern)
    left, known = numbered(groups(texts[0], pattern, numbers=what not in ('rearrange', 'repeat')))
    right, more = numbered(groups(texts[1], pattern, numbers=what == 'repeat'))
    if any(DOTS in group and isinstance(group, list) for group in left):
        raise EinopsError(f'"..." stands in parentheses on the left side of {pattern!r}')
    if DOTS in axes(right) and DOTS not in axes(left):
        raise EinopsError(f'"..." stands on the right side alone of {pattern!r}')
    gone = [name for name in axes(left) if name not in axes(right)]
    new = [name for name in axes(right) if name not in axes(left)]
    unsaid = [name for name in new if name not in more and name not in lengths]
    if what == 'rearrange' and gone + new:
        raise EinopsError(f'{(gone + new)[0]!r} stands on one side alone of {pattern!r}')
    if what == 'repeat' and (gone or unsaid):
        raise EinopsError(f'{gone[0]!r} is lost in {pattern!r}' if gone else f'{pattern!r} needs the length of {unsaid[0]!r}')
    if what not in ('rearrange', 'repeat') and new:
        raise EinopsError(f'{new[0]!r} stands on the right side alone of {pattern!r}')
    foreign = [name for name in lengths if name not in axes(left) + axes(right)]
    if foreign:
        raise EinopsError(f'{foreign[0]!r} is no axis of {pattern!r}')
    return left, right, {**known, **more, **{name: dims.as_dim(size) for name, size in lengths.items()}}


def _transform(x, pattern, what, lengths):
    x = _move.stack(x) if isinstance(x, (list, tuple)) and x else tensor(x)
    left, right, lengths = check(pattern, what, lengths)
    free = len(x.shape) - len(left) + (DOTS in axes(left))
    if free < 0 or free > 0 and DOTS not in axes(left):
        wanted = f'{len(left) - (DOTS in axes(left))}{" or more" if DOTS in axes(left) else ""}'
        raise EinopsShapeError(f'{pattern!r} is for tensors of {wanted} axes, not for {dims.show(x.shape)}')
    left, right = spelled(left, free), spelled(right, free)
    for group, size in zip(left, x.shape):
        _match(group, size, lengths, pattern, x.shape)
    sizes = lambda names: [lengths[name] for name in names]  # noqa: E731
    kept = [name for name in axes(left) if name in axes(right)]
    gone = [name for name in axes(left) if name not in kept]
    order = [name for name in axes(right) if name in kept]
    if gone or order != kept:
        x = _reshape.reshape(x, sizes(axes(left)))
        x = _reduced(x, what, [axes(left).index(name) for name in gone]) if gone else x
        x = _reshape.permute(x, [kept.index(name) for name in order])
    new = [name for name in axes(right) if name not in kept]
    if any(lengths[name] != 1 for name in new):
        # An axis of 1 keeps its place, so that nothing but the expansion is left of `1 1 d -> b 1 d`.
        places = [name for group in right for name in group or [None]]
        lengths[None] = 1
        x = _reshape.reshape(x, [1 if name in new else lengths[name] for name in places])
        x = _move.expand(x, sizes(places))
    return _reshape.reshape(x, [product(sizes(group)) for group in right])


def _match(group, size, lengths, pattern, shape):
    """Finds the one length of a group that nothing says, and compares what all of them make with the size."""
    open_ = [name for name in group if name not in lengths]
    if len(open_) > 1:
        raise EinopsError(f'{pattern!r} needs the length of {" or ".join(map(repr, open_))}')
    known = product(lengths[name] for name in group if name in lengths)
    if open_ and known > 0 and size % known == 0:
        lengths[open_[0]] = dims.as_dim(size // known)
    elif isinstance(size, dims.BatchDim) and not isinstance(known, dims.BatchDim) and record.current:
        # Whether a batch is so long, or can be divided so, only a batch can say.
        raise record.Barrier(f'{pattern!r} depends on how long the batch is')
    elif open_ or size != known:
        names = ' '.join(name.partition('#')[0] for name in group)
        name = names if len(group) == 1 else f'({names})'
        whole = 'a multiple of ' if open_ else ''
        raise EinopsShapeError(f'{pattern!r}: {name} is {whole}{known!r} long, and {size!r} in {dims.show(shape)}')


def product(sizes):
    return dims.Size(sizes).numel()


def _reduced(x, reduction, places):
    if callable(reduction):
        return reduction(x, tuple(places))
    if reduction not in _REDUCTIONS:
        raise EinopsError(f'{reduction!r} is no reduction; there are {", ".join(_REDUCTIONS)}')
    return _reduce.reduce(_REDUCTIONS[reduction], x, places)
