"""A U-Net (Ronneberger et al. 2015, arXiv 1505.04597), padded and with batch norm, as people write it today."""

import torch
from torch import nn


def block(c1, c2):
    return nn.Sequential(
        nn.Conv2d(c1, c2, 3, padding=1, bias=False), nn.BatchNorm2d(c2), nn.ReLU(inplace=True),
        nn.Conv2d(c2, c2, 3, padding=1, bias=False), nn.BatchNorm2d(c2), nn.ReLU(inplace=True),
    )  # fmt: skip


class UNet(nn.Module):
    def __init__(self, classes=4, widths=(16, 32, 64, 128)):
        super().__init__()
        self.down = nn.ModuleList()
        c = 3
        for width in widths:
            self.down.append(block(c, width))
            c = width
        self.pool = nn.MaxPool2d(2)
        self.up = nn.ModuleList()
        self.across = nn.ModuleList()
        for width in reversed(widths[:-1]):
            self.up.append(nn.ConvTranspose2d(c, width, 2, stride=2))
            self.across.append(block(2 * width, width))
            c = width
        self.head = nn.Conv2d(c, classes, 1)

    def forward(self, x):
        kept = []
        for i, stage in enumerate(self.down):
            x = stage(x if i == 0 else self.pool(x))
            kept.append(x)
        for up, across, skip in zip(self.up, self.across, reversed(kept[:-1])):
            x = across(torch.cat([up(x), skip], 1))
        return self.head(x)
