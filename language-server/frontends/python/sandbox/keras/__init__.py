"""A stand-in for Keras 3: layers record a graph, tensors carry shapes. Nothing is computed.

`keras.src`, `keras.api` and `tensorflow.keras` are other names for what is here; see `_espalier.aliases`.
"""

import sys

from _espalier.inert import Inert

from . import _state, activations, api_export, initializers  # noqa: F401
from . import layers, models, ops  # noqa: F401
from . import backend, random, utils  # noqa: F401
from ._tensor import KerasTensor  # noqa: F401
from ._variable import Variable  # noqa: F401
from .layers import Input, InputLayer, Layer  # noqa: F401
from .models import Functional, Model, Sequential  # noqa: F401
from .random import SeedGenerator  # noqa: F401

__version__ = '3.10.0'
name_scope, Initializer = backend.name_scope, initializers.Initializer
# Old code says `keras.engine.Layer` and the like.
engine = sys.modules[__name__]


def __getattr__(name):
    if name.startswith('_'):
        raise AttributeError(name)
    if name in ('applications', 'datasets', 'src', 'api'):
        import importlib

        return importlib.import_module(f'{__name__}.{name}')
    made = Inert(f'keras.{name}')
    globals()[name] = made
    return made
