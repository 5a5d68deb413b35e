"""Layers of torchvision's. What works on boxes is a placeholder, and a named barrier where forward calls it."""

from _espalier.inert import Inert

from .drop_block import DropBlock2d, DropBlock3d, drop_block2d, drop_block3d  # noqa: F401
from .feature_pyramid_network import FeaturePyramidNetwork  # noqa: F401
from .misc import MLP, Conv2dNormActivation, Conv3dNormActivation, FrozenBatchNorm2d, Permute, SqueezeExcitation  # noqa: F401
from .stochastic_depth import StochasticDepth, stochastic_depth  # noqa: F401


def __getattr__(name):
    if name.startswith('__'):
        raise AttributeError(name)
    return Inert(f'torchvision.ops.{name}')
