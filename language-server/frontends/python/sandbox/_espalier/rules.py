"""What the host's op table answers, remembered: its rules are pure, so each question is asked once, not once a trace."""

from .dims import decode, encode
from .host import ShapeMismatch, ask

_kept = 20_000
_shapes, _declared, _kinds = {}, {}, set()


def known(kind):
    """Whether the op table has this op."""
    if not _kinds:
        _kinds.update(ask('ops'))
    return kind in _kinds


def declared(kind, attrs):
    """[role, shape, trainable] of an op's parameters. Raises ShapeMismatch where its numbers cannot be."""
    return _remembered(_declared, (kind, str(attrs)), lambda: ask('params', op=kind, attrs=attrs))


def shapes(kind, inputs, attrs, layout='NCHW'):
    """Output shapes for these input shapes. Raises ShapeMismatch where they do not fit."""
    asked = lambda: ask('shape', op=kind, shapes=[encode(shape) for shape in inputs], attrs=attrs, layout=layout)  # noqa: E731
    key = (kind, layout, tuple(map(tuple, inputs)), str(attrs))
    return _remembered(_shapes, key, lambda: [decode(shape) for shape in asked()])


def _remembered(memo, key, ask_host):
    if key not in memo:
        if len(memo) >= _kept:
            memo.clear()
        try:
            memo[key] = ask_host()
        except ShapeMismatch as error:
            memo[key] = str(error)
    answer = memo[key]
    if isinstance(answer, str):
        raise ShapeMismatch(answer)
    return answer
