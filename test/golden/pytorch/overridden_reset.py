"""Layers whose subclasses draw their own weights: constructors call reset_parameters, also that of a subclass."""

import torch
import torch.nn.functional as F
from torch import nn


class ScaledConv(nn.Conv2d):
    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__(in_channels, out_channels, kernel_size, padding=kernel_size // 2)
        self.gain = nn.Parameter(torch.empty(out_channels, 1, 1))
        self.reset_parameters()

    def reset_parameters(self):
        # The first call comes from the constructor of the convolution, before there is a gain.
        if 'gain' in self._parameters:
            nn.init.ones_(self.gain)
            super().reset_parameters()
        self.drawn = getattr(self, 'drawn', 0) + 1

    def forward(self, x):
        return super().forward(x) * self.gain


class Bounds(nn.Module):
    """Clamps to buffers that begin at infinity."""

    def __init__(self):
        super().__init__()
        self.register_buffer('low', torch.empty(()))
        self.register_buffer('high', torch.empty(()))
        self.low.fill_(-float('inf'))
        self.high.fill_(float('inf'))

    def forward(self, x):
        return torch.clamp(x, self.low, self.high)


def stage_widths(depth):
    widths = torch.round(torch.pow(2.0, torch.arange(depth) // 2) * 8)
    values, counts = torch.unique(widths, return_counts=True)
    return list(zip(values.int().tolist(), counts.tolist()))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        channels, blocks = 3, []
        for width, count in stage_widths(5):
            for _ in range(count):
                block = ScaledConv(channels, width, 3)
                # One call of its own, one of its parent's constructor: as many in PyTorch.
                blocks += [block, nn.BatchNorm2d(width)] * (block.drawn == 2)
                channels = width
        self.blocks = nn.Sequential(*blocks)
        self.shortcut = nn.Sequential()
        self.bounds = Bounds()
        self.mix = nn.Conv2d(channels, channels, 1)
        self.head = nn.Linear(channels, 10)

    def forward(self, x):
        x = self.blocks(x)
        x = F.relu(x) + self.shortcut(x)
        x = self.bounds(x + self.mix(x))
        return self.head(x.mean((2, 3)))
