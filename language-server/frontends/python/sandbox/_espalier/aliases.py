"""Other names of stand-in modules: Keras is also `keras.src`, `tensorflow.keras`, `tf_keras`, and in many more files."""

import importlib
import importlib.abc
import importlib.machinery
import sys

from .host import ask
from .inert import Inert, InertModule

_PREFIXES = (
    'keras.src', 'keras.api', 'tensorflow.python.keras', 'tensorflow.keras', 'tf_keras', 'tensorflow.compat.v2.keras',
    'tensorflow.compat.v1.keras',
)  # fmt: skip
# The one part of Keras that is read from the user's own installation.
_THEIRS = 'keras.src.applications'


class NotInstalled(ImportError):
    """Something that is read from the user's own environment is not there."""


def canonical(name):
    """The other name of a module, or None where it has none."""
    if name == _THEIRS or name.startswith(_THEIRS + '.'):
        return None
    if name.startswith('keras.applications.'):
        from keras.applications import MODULES

        last = name.rpartition('.')[2]
        return f'{_THEIRS}.{MODULES.get(last, last)}'
    for prefix in _PREFIXES:
        if name == prefix or name.startswith(prefix + '.'):
            return f'keras{name[len(prefix) :]}'
    return None


class Aliases(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self):
        self.specs = {}

    def find_spec(self, name, path=None, target=None):
        known = canonical(name)
        if known is None:
            return None
        spec = importlib.machinery.ModuleSpec(name, self, is_package=True)
        spec.loader_state = known
        return spec

    def create_module(self, spec):
        module = importlib.import_module(spec.loader_state)
        self.specs[spec.name] = module.__spec__
        return module

    def exec_module(self, module):
        # The module is what it was: importing it by another name does not change its own.
        for name in [name for name, spec in self.specs.items() if spec.name == module.__name__ or name == module.__spec__.name]:
            module.__spec__ = self.specs.pop(name)


class KerasApplications(importlib.abc.MetaPathFinder):
    """`keras/src/applications` of the user's own Keras, wherever files may be read."""

    def __init__(self, loader):
        self.loader = loader

    def find_spec(self, name, path=None, target=None):
        if name != _THEIRS and not name.startswith(_THEIRS + '.'):
            return None
        parts = name.split('.')
        found = ask('module', name=parts[-1], inside=parts[:-1])
        if not found:
            raise NotInstalled(
                'keras.applications is read from your own Keras, which was not found: '
                'choose the Python environment of this project in which keras is installed'
            )
        spec = importlib.machinery.ModuleSpec(name, self.loader(found), origin=found['file'], is_package='dirs' in found)
        if 'dirs' in found:
            spec.submodule_search_locations = found['dirs']
        return spec


class KerasFiles(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Keras is spread over more files than the stand-in; people import from them by name."""

    def find_spec(self, name, path=None, target=None):
        mine = name.startswith('keras.') and not name.startswith(_THEIRS)
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if mine else None

    def create_module(self, spec):
        return _Elsewhere(spec.name)

    def exec_module(self, module):
        pass


class _Elsewhere(InertModule):
    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        if name == 'preprocessing' and self.__name__.startswith('keras.layers'):
            # Preprocessing layers stood apart once.
            return sys.modules['keras.layers']
        for place in ('keras.layers', 'keras.ops', 'keras.models', 'keras.activations', 'keras.backend', 'keras.utils', 'keras'):
            found = sys.modules[place].__dict__.get(name)
            if found is not None:
                return found
        return Inert(f'{self.__name__}.{name}')
