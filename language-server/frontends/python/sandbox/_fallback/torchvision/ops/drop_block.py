"""Blocks of an image or a volume that are dropped at random, in training alone."""

from torch import nn

from .stochastic_depth import drop


def drop_block2d(input, p, block_size, inplace=False, eps=1e-6, training=True):
    return drop('drop_block2d', input, p, training)


def drop_block3d(input, p, block_size, inplace=False, eps=1e-6, training=True):
    return drop('drop_block3d', input, p, training)


class DropBlock2d(nn.Module):
    dropped = staticmethod(drop_block2d)

    def __init__(self, p, block_size, inplace=False, eps=1e-6):
        super().__init__()
        self.p, self.block_size, self.inplace, self.eps = p, block_size, inplace, eps

    def forward(self, input):
        return self.dropped(input, self.p, self.block_size, self.inplace, self.eps, self.training)


class DropBlock3d(DropBlock2d):
    dropped = staticmethod(drop_block3d)
