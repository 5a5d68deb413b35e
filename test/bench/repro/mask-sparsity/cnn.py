"""The convolutional network of the reproduction: three convolutions with BatchNorm, pooled twice, then averaged."""

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


# espalier: model narrow() input=(1, 1, 12, 12)
def narrow():
    return cnn(8, 16, 16)


# espalier: model wide() input=(1, 1, 12, 12)
def wide():
    return cnn(16, 32, 32)
