"""`torch.nn.modules`: one file an idea; `torch.nn` has them all."""

import sys

from _espalier.inert import InertModule

from . import activation, container, layers, module, opaque, resize, transformer  # noqa: F401
from .activation import *  # noqa: F403
from .container import *  # noqa: F403
from .layers import *  # noqa: F403
from .module import Module  # noqa: F401


class _Elsewhere(InertModule):
    """PyTorch spreads its layers over more files than these; people import from them by name."""

    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        if name in ('_single', '_pair', '_triple', '_quadruple'):
            times = ('_single', '_pair', '_triple', '_quadruple').index(name) + 1
            return lambda value: tuple(value) if isinstance(value, (tuple, list)) else (value,) * times
        if name == '_BatchNorm':
            return layers._BatchNorm
        return getattr(sys.modules['torch.nn'], name)


for _name in 'conv linear batchnorm pooling dropout normalization flatten padding loss sparse rnn utils upsampling instancenorm'.split():
    globals()[_name] = sys.modules[f'{__name__}.{_name}'] = _Elsewhere(f'{__name__}.{_name}')
