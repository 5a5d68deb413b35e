"""`keras.models`."""

from _espalier.inert import Inert

from .functional import Functional
from .model import Model
from .sequential import Sequential


def clone_model(model, *args, **kwargs):
    """Another model of the same architecture; sharing its layers changes neither shapes nor counts."""
    return model


def __getattr__(name):
    if name.startswith('_'):
        raise AttributeError(name)
    return Inert(f'keras.models.{name}')


__all__ = ['Functional', 'Model', 'Sequential', 'clone_model']
