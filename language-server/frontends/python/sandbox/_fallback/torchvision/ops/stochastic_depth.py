"""Branches that are dropped at random, in training alone."""

from _espalier import record
from torch import nn
from torch._ops import tensor


def stochastic_depth(input, p, mode, training=True):
    if not 0 <= p <= 1:
        raise ValueError(f'a branch is dropped with a probability between 0 and 1, not {p}')
    if mode not in ('batch', 'row'):
        raise ValueError(f'mode is "batch" or "row", not {mode!r}')
    return drop('stochastic_depth', input, p, training)


def drop(name, input, p, training):
    """What is random is a barrier; where nothing is dropped, nothing happens."""
    input = tensor(input)
    return record.unknown(f'torchvision.ops.{name}', [input], [input.shape])[0] if training and p else input


class StochasticDepth(nn.Module):
    def __init__(self, p, mode):
        super().__init__()
        self.p, self.mode = p, mode

    def forward(self, input):
        return stochastic_depth(input, self.p, self.mode, self.training)
