"""`keras.layers`. A layer that is missing here becomes a barrier that is named after it, never an AttributeError."""

import sys
import types

from _espalier.inert import Inert

from . import _activation, _attention, _convolution, _core, _merging, _normalization, _pooling, input, layer  # noqa: F401
from . import _preprocessing, _reshaping, _rnn, unlisted  # noqa: F401
from .input import Input, InputLayer  # noqa: F401
from .layer import Layer  # noqa: F401
from ._merging import add, average, concatenate, dot, maximum, minimum, multiply, subtract  # noqa: F401

_sources = (
    _core, _convolution, _pooling, _normalization, _activation, _merging, _reshaping, _preprocessing, _attention, _rnn,
)  # fmt: skip
for _source in _sources:
    for _name, _value in list(vars(_source).items()):
        if isinstance(_value, type) and issubclass(_value, Layer) and not _name.startswith('_'):
            globals().setdefault(_name, _value)

# Names that older versions have for the same.
for _rank in (1, 2, 3):
    globals()[f'Convolution{_rank}D'] = globals()[f'Conv{_rank}D']
    globals()[f'Convolution{_rank}DTranspose'] = globals()[f'Conv{_rank}DTranspose']
    globals()[f'MaxPool{_rank}D'] = globals()[f'MaxPooling{_rank}D']
    globals()[f'AvgPool{_rank}D'] = globals()[f'AveragePooling{_rank}D']
    globals()[f'GlobalAvgPool{_rank}D'] = globals()[f'GlobalAveragePooling{_rank}D']
    globals()[f'GlobalMaxPool{_rank}D'] = globals()[f'GlobalMaxPooling{_rank}D']
SeparableConvolution2D, SeparableConvolution1D = globals()['SeparableConv2D'], globals()['SeparableConv1D']
experimental = types.SimpleNamespace(preprocessing=sys.modules[__name__], SyncBatchNormalization=globals()['BatchNormalization'])


def InputSpec(*args, **kwargs):
    """What a layer expects; the shape rules say it here."""
    return Inert('InputSpec')


def __getattr__(name):
    if name.startswith('_'):
        raise AttributeError(name)
    if not name[:1].isupper():
        return Inert(f'keras.layers.{name}')
    made = type(name, (unlisted.Unlisted,), {'__module__': __name__})
    globals()[name] = made
    return made
