"""`torch.nn.utils.parametrizations`: the named ones."""

import math

from torch import _constant
from torch.nn.parameter import Parameter

from ._reparametrise import Same, WeightNorm, parametrise


def weight_norm(module, name='weight', dim=0):
    weight = getattr(module, name)
    shape = [] if dim is None else [size if i == dim % len(weight.shape) else 1 for i, size in enumerate(weight.shape)]
    originals = {'original0': Parameter(_constant.filled(shape, 1.0)), 'original1': weight}
    return parametrise(module, name, WeightNorm(shape), originals)


def spectral_norm(module, name='weight', n_power_iterations=1, eps=1e-12, dim=None):
    weight = getattr(module, name)
    dim = dim if dim is not None else 1 if getattr(module, 'transposed', False) else 0
    rows = weight.shape[dim]
    vectors = {} if len(weight.shape) == 1 else {'_u': [rows], '_v': [math.prod(weight.shape) // rows]}
    return parametrise(module, name, Same(**vectors))


def orthogonal(module, name='weight', orthogonal_map=None, *, use_trivialization=True):
    *batch, rows, columns = getattr(module, name).shape
    widest = max(rows, columns)
    return parametrise(module, name, Same(**({'base': [*batch, widest, widest]} if use_trivialization else {})))
