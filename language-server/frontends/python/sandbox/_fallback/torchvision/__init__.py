"""What stands for torchvision where it is not installed: its layers in `ops`. The rest is a placeholder."""

import torchvision.ops  # noqa: F401 — as torchvision itself does
from _espalier.inert import Inert

__version__ = '0.20.0'


def __getattr__(name):
    if name.startswith('__'):
        raise AttributeError(name)
    return Inert(f'torchvision.{name}')
