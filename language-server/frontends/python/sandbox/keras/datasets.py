"""`keras.datasets`: the shapes of public data, so that `fit` says what a model takes."""

import sys

from _espalier.inert import Inert, InertModule
from torch import _constant

_SHAPES = {
    'mnist': ((60000, 28, 28), (60000,), (10000, 28, 28), (10000,)),
    'fashion_mnist': ((60000, 28, 28), (60000,), (10000, 28, 28), (10000,)),
    'cifar10': ((50000, 32, 32, 3), (50000, 1), (10000, 32, 32, 3), (10000, 1)),
    'cifar100': ((50000, 32, 32, 3), (50000, 1), (10000, 32, 32, 3), (10000, 1)),
    'california_housing': ((16512, 8), (16512,), (4128, 8), (4128,)),
    'boston_housing': ((404, 13), (404,), (102, 13), (102,)),
}


def _loader(name):
    def load_data(*args, **kwargs):
        a, b, c, d = (_constant.make(shape) for shape in _SHAPES[name])
        return (a, b), (c, d)

    return load_data


for _name in _SHAPES:
    _module = InertModule(f'keras.datasets.{_name}')
    _module.load_data = _loader(_name)
    globals()[_name] = sys.modules[f'keras.datasets.{_name}'] = _module


def __getattr__(name):
    if name.startswith('_'):
        raise AttributeError(name)
    return Inert(f'keras.datasets.{name}')
