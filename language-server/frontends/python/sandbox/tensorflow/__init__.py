"""A thin stand-in for TensorFlow: `tf.keras` is Keras, and the functions that model code calls are those of `keras.ops`."""

import contextlib
import sys

import keras
from _espalier.inert import Inert
from keras import ops
from keras._tensor import KerasTensor, Shape, is_tensor  # noqa: F401
from keras._variable import Variable as _Variable

__version__ = '2.18.0'
Tensor = KerasTensor
sys.modules[f'{__name__}.keras'] = keras


class DType(str):
    """A dtype is its name."""

    name = property(lambda self: str(self))
    is_floating = property(lambda self: 'float' in self)
    max, min = 3.4e38, -3.4e38

    as_numpy_dtype = name


float16, float32, float64, bfloat16 = map(DType, ('float16', 'float32', 'float64', 'bfloat16'))
int8, int16, int32, int64, uint8, uint16, bool, string = map(  # noqa: A001
    DType, ('int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'bool', 'string')
)
newaxis = None

from . import _functions  # noqa: E402

_functions.bind(globals(), sys.modules[__name__])


class TensorShape(Shape):
    def __new__(cls, dims=()):
        return Shape.__new__(cls, dims)


class Variable(_Variable):
    def __init__(self, initial_value=None, trainable=True, name=None, dtype=None, shape=None, **_):
        super().__init__(initial_value, None, dtype, trainable, name)


class Module:
    """`tf.Module`; layers are not among its descendants here."""

    def __init__(self, name=None):
        self.name = name


def function(func=None, *args, **kwargs):
    return func if func is not None else lambda decorated: decorated


def constant(value, dtype=None, shape=None, name=None):
    return ops.convert_to_tensor(value)


def name_scope(name, *args, **kwargs):
    """Ops are named by it, weights are not."""
    return contextlib.nullcontext()


def no_op(*args, **kwargs):
    return None


class GradientTape(contextlib.nullcontext):
    def __init__(self, *args, **kwargs):
        super().__init__(self)

    def gradient(self, *args, **kwargs):
        return Inert('gradient')

    def watch(self, *args):
        pass


def executing_eagerly():
    return True



def __getattr__(name):
    if name.startswith('_'):
        raise AttributeError(name)
    if name == 'keras':
        return keras
    made = Inert(f'tensorflow.{name}')
    globals()[name] = made
    return made
