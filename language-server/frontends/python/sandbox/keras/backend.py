"""`keras.backend`: configuration, names, and the functions that older code takes from here."""

from _espalier.inert import Inert

from . import _state, ops
from ._tensor import KerasTensor, is_tensor  # noqa: F401
from ._variable import Variable  # noqa: F401
from .random import SeedGenerator  # noqa: F401

# Keras has a folder here, whose files people import from.
__path__ = []
_format = 'channels_last'
_floatx = 'float32'


def image_data_format():
    return _format


def set_image_data_format(data_format):
    global _format
    if data_format not in ('channels_first', 'channels_last'):
        raise ValueError(f'The `data_format` argument must be one of channels_first, channels_last. Received: {data_format!r}')
    _format = data_format


def floatx():
    return _floatx


def set_floatx(value):
    pass


def epsilon():
    return 1e-7


def backend():
    return 'tensorflow'


def clear_session(*args, **kwargs):
    _state.restart()


def get_uid(prefix=''):
    return _state.next_uid(prefix)


class name_scope(_state.scope):
    """Names what is made inside; of Keras 3 or of TensorFlow."""

    def __init__(self, name=None, *args, **kwargs):
        super().__init__(_state.join(_state.path(), name))


def is_keras_tensor(x):
    return isinstance(x, KerasTensor) and x._node is not None


def int_shape(x):
    return x.shape


def standardize_data_format(data_format=None):
    return data_format or _format


standardize_dtype = lambda dtype: str(getattr(dtype, 'name', dtype) or _floatx)  # noqa: E731
is_float_dtype = lambda dtype: 'float' in str(dtype)  # noqa: E731
variable = Variable
result_type = lambda *dtypes: _floatx  # noqa: E731
learning_phase = lambda: 0  # noqa: E731


def _renamed(name, axis='axis', keep='keepdims'):
    function = getattr(ops, name)
    return lambda x, axis=None, keepdims=False: function(x, axis=axis, keepdims=keepdims)


mean, sum, max, min, std, var, prod, any, all = map(  # noqa: A001
    _renamed, ('mean', 'sum', 'max', 'min', 'std', 'var', 'prod', 'any', 'all')
)
batch_dot = lambda x, y, axes=None: ops.matmul(x, y)  # noqa: E731
dot = ops.matmul
permute_dimensions = ops.transpose
concatenate, stack, reshape, expand_dims, squeeze = ops.concatenate, ops.stack, ops.reshape, ops.expand_dims, ops.squeeze
zeros_like, ones_like, zeros, ones, shape, cast = ops.zeros_like, ops.ones_like, ops.zeros, ops.ones, ops.shape, ops.cast
ndim = lambda x: len(x.shape)  # noqa: E731
flatten = ops.ravel
batch_flatten = lambda x: ops.reshape(x, (ops.shape(x)[0], -1))  # noqa: E731
pow, clip = ops.power, ops.clip  # noqa: A001


def resize_images(x, height_factor, width_factor, data_format=None, interpolation='nearest'):
    from .layers import UpSampling2D

    return UpSampling2D((height_factor, width_factor), interpolation=interpolation)(x)


def __getattr__(name):
    if name.startswith('_'):
        raise AttributeError(name)
    found = getattr(ops, name, None)
    return found if found is not None else Inert(f'keras.backend.{name}')
