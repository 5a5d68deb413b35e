"""A model in two files."""

import torch
from torch import nn

from .blocks import WIDTHS, ConvBlock


class Net(nn.Module):
    def __init__(self, size='small', num_classes=10):
        super().__init__()
        first, second = WIDTHS[size]
        self.body = nn.Sequential(ConvBlock(1, first), nn.AvgPool2d(2), ConvBlock(first, second), nn.MaxPool2d(2))
        self.head = nn.Linear(second * 7 * 7, num_classes)

    def forward(self, x):
        x = self.body(x)
        return self.head(x.view(x.size(0), -1))


if __name__ == '__main__':
    print(Net()(torch.randn(4, 1, 28, 28)).shape)
