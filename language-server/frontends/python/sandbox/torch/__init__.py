"""A stand-in for PyTorch: layers record a graph, tensors carry shapes. Nothing is computed.

Many names here are builtins' (any, range, int, …), so this file only binds; functions live in its neighbours.
"""

import contextlib
import sys
import types

from _espalier.dims import Size  # noqa: F401
from _espalier.inert import Inert

from . import _constant, _dtypes
from ._dtypes import device, dtype, finfo, iinfo  # noqa: F401
from ._tensor import Tensor
from . import _layout, _methods, _ops, _reduce  # noqa: F401
from . import nn  # noqa: F401
from .nn import functional as _functional
from .nn import init as _init

__version__ = '2.5.0'
inf, nan, pi, e = float('inf'), float('nan'), 3.141592653589793, 2.718281828459045
contiguous_format, channels_last, preserve_format, strided = 'contiguous', 'channels_last', 'preserve', 'strided'

globals().update(_dtypes.by_name)
float, double, half, int, long, short = (  # noqa: A001
    _dtypes.float32, _dtypes.float64, _dtypes.float16, _dtypes.int32, _dtypes.int64, _dtypes.int16,
)  # fmt: skip
bool = _dtypes.by_name['bool']  # noqa: A001
FloatTensor = DoubleTensor = HalfTensor = LongTensor = IntTensor = BoolTensor = ByteTensor = Tensor

for _table in (_ops.table, _layout.table, _reduce.table):
    for _name, _value in _table.items():
        globals().setdefault(_name, _value)
cat = concat = concatenate = _layout.cat
stack = _layout.stack


def _shape_of(sizes, kwargs):
    sizes = kwargs.get('size', sizes)
    return _layout._sizes(sizes) if isinstance(sizes, tuple) else sizes


def zeros(*sizes, dtype=None, **kwargs):
    return _constant.filled(_shape_of(sizes, kwargs), 0.0, dtype)


def ones(*sizes, dtype=None, **kwargs):
    return _constant.filled(_shape_of(sizes, kwargs), 1.0, dtype)


def full(size, fill_value, dtype=None, **_):
    return _constant.filled(size, fill_value, dtype)


def empty(*sizes, dtype=None, **kwargs):
    return _constant.drawn(_shape_of(sizes, kwargs), {'kind': 'constant', 'value': 0.0}, dtype)


def randn(*sizes, dtype=None, **kwargs):
    return _constant.drawn(_shape_of(sizes, kwargs), {'kind': 'normal', 'std': 1.0}, dtype)


def rand(*sizes, dtype=None, **kwargs):
    return _constant.drawn(_shape_of(sizes, kwargs), {'kind': 'uniform', 'bound': 1.0}, dtype)


def randint(low, high=None, size=(), dtype=None, **_):
    return _constant.drawn(high if isinstance(high, (tuple, list)) else size, None, dtype or _dtypes.int64)


def normal(mean=0.0, std=1.0, size=None, **_):
    return _constant.drawn(size if size is not None else getattr(mean, 'shape', []), {'kind': 'normal', 'std': 1.0})


def randperm(n, **_):
    return _constant.arange(n)


def _like(make):
    return lambda other, *args, **kwargs: make(tuple(other.shape), *args, **kwargs)


zeros_like, ones_like, empty_like, rand_like, randn_like, full_like = map(_like, (zeros, ones, empty, rand, randn, full))


def tensor(data, dtype=None, **_):
    return _constant.of(data, dtype)


as_tensor = asarray = from_numpy = tensor
arange, linspace = _constant.arange, _constant.linspace
diff, meshgrid, eye = _constant.diff, _constant.meshgrid, _constant.eye
einsum = _ops.einsum
range = arange  # noqa: A001


def relu(input):
    return _functional.relu(input)


def sigmoid(input):
    return _functional.sigmoid(input)


def tanh(input):
    return _functional.tanh(input)


def softmax(input, dim, dtype=None):
    return _functional.softmax(input, dim)


def log_softmax(input, dim, dtype=None):
    return _functional.log_softmax(input, dim)


dropout = lambda input, p, train=False: _functional.dropout(input, p)  # noqa: E731
relu_ = _functional.relu_
conv2d, max_pool2d, avg_pool2d = _functional.conv2d, _functional.max_pool2d, _functional.avg_pool2d
adaptive_avg_pool2d, pixel_shuffle = _functional.adaptive_avg_pool2d, _functional.pixel_shuffle


def is_tensor(value):
    return isinstance(value, Tensor)


def is_floating_point(value):
    return value.is_floating_point()


class _Switch(contextlib.ContextDecorator):
    """no_grad and its kin: a context, a decorator with or without call, and a plain switch."""

    def __new__(cls, *args, **kwargs):
        return args[0] if len(args) == 1 and isinstance(args[0], types.FunctionType) else object.__new__(cls)

    def __init__(self, *args, **kwargs):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False


no_grad = enable_grad = inference_mode = set_grad_enabled = autocast = _Switch


def is_grad_enabled():
    return True


def manual_seed(seed):
    return Inert('generator')


def set_default_dtype(kind):
    _dtypes.set_default(kind)


def compile(model=None, *args, **kwargs):  # noqa: A001
    return model if model is not None else lambda made: made


def _false(*args, **kwargs):
    return False


is_inference_mode_enabled = is_autocast_enabled = is_complex = is_nonzero = are_deterministic_algorithms_enabled = _false


def _submodule(name, **members):
    """A small submodule; what it lacks is a placeholder."""
    from _espalier.inert import InertModule

    made = InertModule(f'torch.{name}')
    vars(made).update(members)
    sys.modules[f'torch.{name}'] = made
    return made


def _identity(model=None, *args, **kwargs):
    return model if model is not None else _identity


jit = _submodule(
    'jit', script=_identity, trace=_identity, ignore=_identity, unused=_identity, export=_identity, script_method=_identity,
    script_if_tracing=_identity, interface=_identity, is_scripting=_false, is_tracing=_false, annotate=lambda kind, value: value,
    Final=Inert('torch.jit.Final'), freeze=_identity,
)  # fmt: skip
cuda = _submodule('cuda', is_available=_false, device_count=lambda: 0, device=device)
_mps = _submodule('backends.mps', is_available=_false, is_built=_false)
backends = _submodule('backends', mps=_mps, cudnn=Inert('torch.backends.cudnn'))
onnx = _submodule('onnx', is_in_onnx_export=_false)
fx = _submodule('fx', wrap=_identity)
special = _submodule('special', **{name: _ops._named(name) for name in ('erf', 'expit', 'log1p', 'expm1')})
optim = _submodule('optim')
_checkpoint = _submodule(
    'utils.checkpoint',
    checkpoint=lambda function, *args, **kwargs: function(*args),
    checkpoint_sequential=lambda functions, segments, input, **kwargs: nn.Sequential(*functions)(input),
)
utils = _submodule('utils', checkpoint=_checkpoint)
init = _init


def __getattr__(name):
    if name.startswith('__'):
        raise AttributeError(name)
    if f'torch.{name}' in sys.modules:
        return sys.modules[f'torch.{name}']
    made = Inert(f'torch.{name}')
    globals()[name] = made
    return made
