"""`torch.nn`. A layer that is missing here becomes a barrier that is named after it, never an AttributeError."""

from . import functional, init, modules, parameter, utils  # noqa: F401
from .modules.module import Module, Unlisted
from .parameter import Buffer, Parameter, UninitializedParameter  # noqa: F401

globals().update(modules.layers)


def DataParallel(module, *args, **kwargs):
    """One device is all there is here."""
    return module


class _Loss(Module):
    """A loss is no part of the model; calling one gives a number that nobody looks at."""

    def __init__(self, *args, **kwargs):
        super().__init__()

    def forward(self, *args, **kwargs):
        from torch import _constant

        return _constant.filled([], 0.0)


def __getattr__(name):
    if name.startswith('__'):
        raise AttributeError(name)
    if name.endswith('Loss'):
        made = type(name, (_Loss,), {'__module__': __name__})
    elif name[:1].isupper():
        made = type(name, (Unlisted,), {'_title': f'nn.{name}', '__module__': __name__})
    else:
        from _espalier.inert import Inert

        made = Inert(f'torch.nn.{name}')
    globals()[name] = made
    return made
