"""`keras.random`: numbers of which only the distribution matters."""

from _espalier.inert import Inert
from torch import _constant

from ._tensor import wrap
from .ops.creating import _sizes

# Keras has a folder here, whose files people import from.
__path__ = []

class SeedGenerator:
    def __init__(self, seed=None, name=None, **_):
        self.seed = seed

    def next(self, *args, **kwargs):
        return self.seed


def _draw(shape, *args, **kwargs):
    return wrap(_constant.drawn(_sizes(shape), {'kind': 'normal', 'std': 1.0}))


normal = uniform = truncated_normal = randint = gamma = beta = binomial = _draw


def dropout(inputs, rate, noise_shape=None, seed=None):
    from ._emit import emit

    return emit('dropout', [inputs], {'rate': float(rate)})[0]


def shuffle(x, axis=0, seed=None):
    return x


def __getattr__(name):
    if name.startswith('_'):
        raise AttributeError(name)
    return Inert(f'keras.random.{name}')
