"""`torch.nn.utils`: re-parametrisations, vectors of parameters, and placeholders for what only training needs."""

from ._reparametrise import remove as remove_spectral_norm
from ._reparametrise import remove as remove_weight_norm
from ._reparametrise import spectral_norm, weight_norm  # noqa: F401
from . import parametrizations, parametrize  # noqa: F401


def parameters_to_vector(parameters):
    from torch._move import cat

    return cat([parameter.reshape(-1) for parameter in parameters])


def fuse_conv_bn_eval(conv, bn, transpose=False):
    return conv


def __getattr__(name):
    if name.startswith('__'):
        raise AttributeError(name)
    from _espalier.inert import Inert

    return Inert(f'torch.nn.utils.{name}')
