"""A pyramid of features: coarse levels are enlarged and added to fine ones."""

from collections import OrderedDict

from torch import nn
from torch.nn import functional

from .misc import Conv2dNormActivation


class ExtraFPNBlock(nn.Module):
    """Levels beyond those of the backbone; forward(results, x, names) gives levels and names."""


class LastLevelMaxPool(ExtraFPNBlock):
    def forward(self, x, y, names):
        return [*x, functional.max_pool2d(x[-1], 1, 2, 0)], [*names, 'pool']


class FeaturePyramidNetwork(nn.Module):
    def __init__(self, in_channels_list, out_channels, extra_blocks=None, norm_layer=None):
        super().__init__()
        if 0 in in_channels_list:
            raise ValueError('every level of a pyramid has channels')
        level = lambda taken, kernel: Conv2dNormActivation(  # noqa: E731
            taken, out_channels, kernel, norm_layer=norm_layer, activation_layer=None
        )
        self.inner_blocks = nn.ModuleList(level(taken, 1) for taken in in_channels_list)
        self.layer_blocks = nn.ModuleList(level(out_channels, 3) for _ in in_channels_list)
        for part in self.modules():
            if isinstance(part, nn.Conv2d):
                nn.init.kaiming_uniform_(part.weight, a=1)
                if part.bias is not None:
                    nn.init.zeros_(part.bias)
        self.extra_blocks = extra_blocks

    def forward(self, x):
        names, features = list(x.keys()), list(x.values())
        above, results = None, []
        for i in reversed(range(len(features))):
            lateral = self.inner_blocks[i](features[i])
            if above is not None:
                lateral = lateral + functional.interpolate(above, size=lateral.shape[-2:], mode='nearest')
            above = lateral
            results.insert(0, self.layer_blocks[i](lateral))
        if self.extra_blocks is not None:
            results, names = self.extra_blocks(results, features, names)
        return OrderedDict(zip(names, results))
