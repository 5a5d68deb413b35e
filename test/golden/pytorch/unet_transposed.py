"""A U-Net that grows with transposed convolutions and normalises groups of channels."""

import torch
from torch import nn


class Double(nn.Sequential):
    def __init__(self, channels, out):
        super().__init__(
            nn.Conv2d(channels, out, 3, padding=1),
            nn.GroupNorm(4, out),
            nn.SiLU(inplace=True),
            nn.Conv2d(out, out, 3, padding=1),
            nn.GroupNorm(4, out),
            nn.SiLU(inplace=True),
        )


class UNet(nn.Module):
    def __init__(self, channels=3, classes=2, widths=(16, 32, 64)):
        super().__init__()
        self.down = nn.ModuleList()
        for width in widths:
            self.down.append(Double(channels, width))
            channels = width
        self.middle = Double(channels, 2 * channels)
        channels *= 2
        self.grow, self.up = nn.ModuleList(), nn.ModuleList()
        for width in reversed(widths):
            self.grow.append(nn.ConvTranspose2d(channels, width, kernel_size=2, stride=2))
            self.up.append(Double(2 * width, width))
            channels = width
        self.pool = nn.MaxPool2d(2)
        self.head = nn.Conv2d(channels, classes, 1)

    def forward(self, x):
        skips = []
        for block in self.down:
            x = block(x)
            skips.append(x)
            x = self.pool(x)
        x = self.middle(x)
        for grow, block in zip(self.grow, self.up):
            x = block(torch.cat([skips.pop(), grow(x)], dim=1))
        return self.head(x)


# espalier: model model input=(1, 3, 32, 32)
model = UNet()
