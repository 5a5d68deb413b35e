"""Patterns as layers of PyTorch's, and the layer whose weight a pattern says."""

import math

from torch import nn
from torch import _constant
from torch.nn.parameter import Parameter

from .. import _apply, _named
from .._pattern import EinopsError, axes, groups, sides


class _Pattern(nn.Module):
    def __init__(self, pattern, what, lengths):
        super().__init__()
        # A pattern that is wrong is wrong where the layer is built.
        _apply.check(pattern, what, lengths)
        self.pattern, self.axes_lengths = pattern, lengths


class Rearrange(_Pattern):
    def __init__(self, pattern, **axes_lengths):
        super().__init__(pattern, 'rearrange', axes_lengths)
        left = groups(sides(pattern)[0], pattern)
        # 'b c (h p1) (w p2) -> …' cuts patches of p1 · p2 pixels: the search for an input asks how many.
        self._patch = math.prod(axes_lengths.values()) if len(left) == 4 and axes_lengths else None

    def forward(self, input):
        return _apply.rearrange(input, self.pattern, **self.axes_lengths)


class Reduce(_Pattern):
    def __init__(self, pattern, reduction, **axes_lengths):
        super().__init__(pattern, reduction, axes_lengths)
        self.reduction = reduction

    def forward(self, input):
        return _apply.reduce(input, self.pattern, self.reduction, **self.axes_lengths)


class EinMix(nn.Module):
    """A linear map between named axes: einsum of the input and a weight, with a bias."""

    def __init__(self, pattern, weight_shape, bias_shape=None, **axes_lengths):
        super().__init__()
        left, right = (groups(side, pattern) for side in sides(pattern))
        weight, bias = weight_shape.split(), (bias_shape or '').split()
        lost = next((name for name in axes(left) if name not in axes(right) + weight), None)
        unsaid = next((name for name in weight + bias if name not in axes_lengths), None)
        if lost or unsaid:
            raise EinopsError(f'{lost!r} is lost in {pattern!r}' if lost else f'EinMix needs the length of {unsaid!r}')
        self.pattern, self.weight_shape, self.bias_shape, self.axes_lengths = pattern, weight_shape, bias_shape, axes_lengths
        flat = lambda side: ' '.join(axes(side))  # noqa: E731
        written = [side.strip() for side in sides(pattern)]
        self._before = f'{written[0]} -> {flat(left)}' if '(' in written[0] else None
        self._equation = f'{flat(left)}, {" ".join(weight)} -> {flat(right)}'
        self._after = f'{flat(right)} -> {written[1]}' if '(' in written[1] else None
        own = lambda side: {name: axes_lengths[name] for name in axes(side) if name in axes_lengths}  # noqa: E731
        self._lengths = own(left), own(right)
        fan_in = math.prod(axes_lengths[name] for name in weight if name not in axes(right))
        self.weight = _uniform([axes_lengths[name] for name in weight], math.sqrt(3 / fan_in))
        foreign = next((name for name in bias if name not in axes(right)), None)
        if foreign:
            raise EinopsError(f'the axis {foreign!r} of the bias is no axis of the output of {pattern!r}')
        # The bias is broadcast over the output, so it needs no axes before its own first.
        first = min((axes(right).index(name) for name in bias), default=0)
        shape = [axes_lengths[name] if name in bias else 1 for name in axes(right)[first:]]
        self.bias = _uniform(shape, 1 / math.sqrt(fan_in)) if bias else None

    def forward(self, input):
        x = _apply.rearrange(input, self._before, **self._lengths[0]) if self._before else input
        x = _named.einsum(x, self.weight, self._equation)
        x = x if self.bias is None else x + self.bias
        return _apply.rearrange(x, self._after, **self._lengths[1]) if self._after else x


def _uniform(shape, bound):
    return Parameter(_constant.drawn(shape, {'kind': 'uniform', 'bound': bound}))
