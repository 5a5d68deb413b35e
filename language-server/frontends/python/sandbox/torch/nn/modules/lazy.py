"""Layers that learn the width of their input from the first one that they see."""

from . import batchnorm, conv, linear
from .module import Module


class LazyModuleMixin:
    """Marks layers whose parameters do not exist yet; the tracer shows them an input before it counts."""

    def has_uninitialized_params(self):
        return True


def _lazy(target, axis, **defaults):
    class Lazy(LazyModuleMixin, target):
        def __init__(self, *args, **kwargs):
            Module.__init__(self)
            self._waiting = args, {**defaults, **kwargs}

        def forward(self, input, *rest, **named):
            args, kwargs = self.__dict__.pop('_waiting')
            training = self.training
            target.__init__(self, int(input.shape[axis]), *args, **kwargs)
            self.training = training
            self.__class__ = target
            return self(input, *rest, **named)

    Lazy.__name__ = Lazy.__qualname__ = f'Lazy{target.__name__}'
    Lazy.__module__ = __name__
    globals()[Lazy.__name__] = Lazy


_lazy(linear.Linear, -1)
for _rank in (1, 2, 3):
    for _name in ('Conv', 'ConvTranspose'):
        _lazy(getattr(conv, f'{_name}{_rank}d'), 1)
    _lazy(getattr(batchnorm, f'BatchNorm{_rank}d'), 1)
    # Other defaults than the layer's own, as in PyTorch.
    _lazy(getattr(batchnorm, f'InstanceNorm{_rank}d'), 1, affine=True, track_running_stats=True)
