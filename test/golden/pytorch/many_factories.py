"""Factories that look each other up in a registry of their own, for inputs that their configuration says."""

import sys
from functools import partial

import torch
from torch import nn

_registry = {}


def register(function):
    module = sys.modules[function.__module__]
    if not hasattr(module, '__all__'):
        module.__all__ = []
    module.__all__.append(function.__name__)
    _registry[function.__name__] = function
    return function


class Patches(nn.Module):
    def __init__(self, image, patch, width):
        super().__init__()
        self.image = image
        self.project = nn.Conv2d(3, width, patch, patch)
        self.position = nn.Parameter(torch.randn(1, (image // patch) ** 2, width) * 0.02)

    def forward(self, x):
        torch._assert(x.shape[-1] == self.image, 'the image has another size')
        return self.project(x).flatten(2).transpose(1, 2) + self.position


class Mixer(nn.Module):
    def __init__(self, image=64, patch=16, width=32, depth=2, norm=None):
        super().__init__()
        norm = norm or partial(nn.LayerNorm, eps=1e-6)
        self.default_cfg = {'input_size': (3, image, image)}
        self.patches = Patches(image, patch, width)
        self.blocks = nn.Sequential(*(nn.Sequential(norm(width), nn.Linear(width, width), nn.GELU()) for _ in range(depth)))
        self.head = nn.Linear(width, 10)

    def forward(self, x):
        return self.head(self.blocks(self.patches(x)).mean(1))


def _create(**kwargs):
    return Mixer(**kwargs)


@register
def mixer_tiny(pretrained=False, **kwargs):
    return _create(**dict({'width': 16}, **kwargs))


@register
def mixer_wide_96(pretrained=False, **kwargs):
    return _create(**dict({'width': 64, 'image': 96}, **kwargs))


@register
def mixer_deep_384(pretrained=False, **kwargs):
    return _create(**dict({'depth': 4, 'image': 384, 'patch': 32}, **kwargs))
