"""`torch.nn.modules`: one file an idea; `torch.nn` has them all."""

import sys

from _espalier.inert import InertModule

from . import (
    activation, attention, batchnorm, container, conv, distance, lazy, linear, module, normalization, padding, pooling,
    rnn, sparse, transformer, upsampling,
)  # fmt: skip
from .module import Module, Unlisted  # noqa: F401

_files = (
    activation, attention, batchnorm, container, conv, distance, lazy, linear, normalization, padding, pooling, rnn, sparse,
    transformer, upsampling,
)  # fmt: skip
layers = {}
for _source in _files:
    for _name, _value in vars(_source).items():
        if isinstance(_value, type) and _value.__module__ == _source.__name__:
            layers[_name] = _value
globals().update(layers)


class _Elsewhere(InertModule):
    """PyTorch spreads its layers over more files than these; people import from them by name."""

    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        if name in _TUPLES:
            times = _TUPLES.index(name) + 1
            return lambda value: tuple(value) if isinstance(value, (tuple, list)) else (value,) * times
        return layers.get(name) or getattr(sys.modules['torch.nn'], name)


_TUPLES = ('_single', '_pair', '_triple', '_quadruple')
for _name in 'dropout flatten loss utils instancenorm fold pixelshuffle channelshuffle adaptive'.split():
    globals()[_name] = sys.modules[f'{__name__}.{_name}'] = _Elsewhere(f'{__name__}.{_name}')
