"""A pyramid of features out of the layers that torchvision.ops has."""

from collections import OrderedDict

from torch import nn
from torchvision.ops import (
    MLP,
    Conv2dNormActivation,
    DropBlock2d,
    FeaturePyramidNetwork,
    FrozenBatchNorm2d,
    Permute,
    SqueezeExcitation,
    StochasticDepth,
)
from torchvision.ops.misc import Conv3dNormActivation


class Stage(nn.Module):
    def __init__(self, taken, made):
        super().__init__()
        self.down = Conv2dNormActivation(taken, made, 3, stride=2, norm_layer=FrozenBatchNorm2d)
        self.wide = Conv2dNormActivation(made, made, (3, 5), dilation=2, groups=2, activation_layer=nn.SiLU)
        self.squeeze = SqueezeExcitation(made, made // 4, scale_activation=nn.Hardsigmoid)
        self.drop = nn.Sequential(StochasticDepth(0.2, "row"), DropBlock2d(0.1, 3))

    def forward(self, x):
        x = self.down(x)
        return x + self.drop(self.squeeze(self.wide(x)))


class Pyramid(nn.Module):
    def __init__(self, classes=7):
        super().__init__()
        self.stages = nn.ModuleList([Stage(3, 8), Stage(8, 16), Stage(16, 24)])
        self.pyramid = FeaturePyramidNetwork([8, 16, 24], 12)
        self.volume = Conv3dNormActivation(1, 2, norm_layer=None, inplace=None)
        self.last = Permute([0, 2, 3, 1])
        self.head = MLP(24, [32, classes], norm_layer=nn.LayerNorm, dropout=0.1)

    def forward(self, x):
        levels = OrderedDict()
        for i, stage in enumerate(self.stages):
            x = stage(x)
            levels[str(i)] = x
        fine = self.pyramid(levels)["0"]
        fine = self.volume(fine.unsqueeze(1)).flatten(1, 2)
        return self.head(self.last(fine)).mean((1, 2))


# espalier: model Pyramid input=(1, 3, 64, 64)
