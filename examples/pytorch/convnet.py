"""A small residual Conv-BN-ReLU network for 28x28 grey images such as MNIST's."""

import torch
from torch import nn


class Block(nn.Module):
    """Two 3x3 convolutions around a shortcut, which is a 1x1 projection where the shape changes."""

    def __init__(self, inputs, outputs, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        self.shortcut = None
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride=stride, bias=False),
                nn.BatchNorm2d(outputs),
            )

    def forward(self, x):
        identity = x if self.shortcut is None else self.shortcut(x)
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        return self.relu(out + identity)


class ConvNet(nn.Module):
    def __init__(self, widths, blocks, num_classes):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(1, widths[0], 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(inplace=True),
        )
        layers = []
        inputs = widths[0]
        for stage, (width, depth) in enumerate(zip(widths, blocks)):
            for i in range(depth):
                stride = 2 if stage > 0 and i == 0 else 1
                layers.append(Block(inputs, width, stride))
                inputs = width
        self.layers = nn.Sequential(*layers)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Linear(inputs, num_classes)

    def forward(self, x):
        x = self.layers(self.stem(x))
        x = torch.flatten(self.pool(x), 1)
        return self.head(x)


# espalier: model convnet() input=(1, 1, 28, 28)
def convnet(widths=(16, 32, 64), blocks=(1, 1, 1), num_classes=10):
    return ConvNet(widths, blocks, num_classes)
