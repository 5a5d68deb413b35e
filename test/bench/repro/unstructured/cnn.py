"""The convolutional network that is made sparse, and one that is small instead, with as many parameters left."""

from torch import nn


def layer(inputs, outputs):
    return [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]


def cnn(first, second, third):
    return nn.Sequential(
        *layer(1, first),
        nn.MaxPool2d(2),
        *layer(first, second),
        nn.MaxPool2d(2),
        *layer(second, third),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(third, 8),
    )


# espalier: model wide() input=(1, 1, 12, 12)
def wide():
    return cnn(16, 32, 32)


# espalier: model small() input=(1, 1, 12, 12)
def small():
    return cnn(4, 6, 10)
