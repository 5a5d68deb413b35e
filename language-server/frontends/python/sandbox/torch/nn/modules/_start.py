"""Parameters as PyTorch's layers make them, with the distribution they start from."""

import math

from torch import _constant
from torch._dtypes import int64
from torch._tensor import Tensor
from torch.nn.parameter import Parameter


def uniform(shape, fan_in):
    """PyTorch's default for weights: ±1/√fan_in."""
    return Parameter(_constant.drawn(shape, {'kind': 'uniform', 'bound': 1 / math.sqrt(max(1, fan_in))}))


def filled(shape, value):
    return Parameter._sized(shape, {'kind': 'constant', 'value': value})


def normal(shape, std=1.0):
    return Parameter(_constant.drawn(shape, {'kind': 'normal', 'std': std}))


def buffer(shape, value):
    return _constant.drawn(shape, {'kind': 'constant', 'value': value})


def counter():
    """`num_batches_tracked`."""
    return Tensor._make([], [0], int64)
