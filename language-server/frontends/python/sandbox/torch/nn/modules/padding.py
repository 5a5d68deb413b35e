"""Padding layers: constant, reflected, replicated and circular, of one to three dimensions."""

from torch.nn import _resize
from torch.nn._sizes import each

from .module import Module


class _PadNd(Module):
    _mode, _rank = 'constant', 2

    def __init__(self, padding, value=0):
        super().__init__()
        self.padding = tuple(each(padding, 2 * self._rank, 'padding'))
        self.value = value

    def forward(self, input):
        return _resize.pad(input, self.padding, self._mode, self.value, module=self)


def _layers():
    modes = {'Reflection': 'reflect', 'Replication': 'replicate', 'Constant': 'constant', 'Zero': 'constant', 'Circular': 'circular'}
    for prefix, mode in modes.items():
        for rank in (1, 2, 3):
            name = f'{prefix}Pad{rank}d'
            globals()[name] = type(name, (_PadNd,), {'_mode': mode, '_rank': rank, '__module__': __name__})


_layers()
