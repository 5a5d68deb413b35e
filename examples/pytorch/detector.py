"""A small detector without anchors: one map a level with four distance distributions and class scores a cell."""

import torch
from torch import nn


class Unit(nn.Module):
    """Convolution, BatchNorm, SiLU."""

    def __init__(self, inputs, outputs, kernel=3, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
        self.bn = nn.BatchNorm2d(outputs)
        self.act = nn.SiLU()

    def forward(self, x):
        return self.act(self.bn(self.conv(x)))


class Bottleneck(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.cv1 = Unit(width, width)
        self.cv2 = Unit(width, width)

    def forward(self, x):
        return x + self.cv2(self.cv1(x))


class Head(nn.Module):
    """4 × bins distances, then a score a class, for every cell."""

    def __init__(self, width, bins, classes):
        super().__init__()
        self.unit = Unit(width, width)
        self.boxes = nn.Conv2d(width, 4 * bins, 1)
        self.scores = nn.Conv2d(width, classes, 1)
        # Nearly every cell sees nothing: begin by saying so (Lin et al. 2017, arXiv 1708.02002, section 3.3).
        nn.init.constant_(self.scores.bias, -4.0)

    def forward(self, x):
        x = self.unit(x)
        return torch.cat([self.boxes(x), self.scores(x)], 1)


class Detector(nn.Module):
    def __init__(self, classes, width, bins):
        super().__init__()
        self.stem = nn.Sequential(Unit(3, width, stride=2), Unit(width, 2 * width, stride=2), Bottleneck(2 * width))
        self.down = nn.Sequential(Unit(2 * width, 4 * width, stride=2), Bottleneck(4 * width))
        self.up = nn.Upsample(scale_factor=2, mode="nearest")
        self.merge = Unit(6 * width, 2 * width)
        self.fine = Head(2 * width, bins, classes)
        self.coarse = Head(4 * width, bins, classes)

    def forward(self, x):
        fine = self.stem(x)
        coarse = self.down(fine)
        fine = self.merge(torch.cat([self.up(coarse), fine], 1))
        return self.fine(fine), self.coarse(coarse)


# espalier: model detector() input=(1, 3, 64, 64)
def detector(classes=3, width=8, bins=8):
    return Detector(classes, width, bins)
