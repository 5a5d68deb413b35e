"""A stand-in for PyTorch: layers record a graph, tensors carry shapes. Nothing is computed.

Many names here are builtins' (any, range, int, …), so this file only binds; functions live in its neighbours.
"""

import sys

from _espalier.dims import Size  # noqa: F401
from _espalier.inert import Inert

from . import _constant, _dtypes, _shells
from ._dtypes import device, dtype, finfo, iinfo, memory_format  # noqa: F401
from ._tensor import Tensor
from . import _create, _methods, _move, _reduce  # noqa: F401
from . import fft, library, nn  # noqa: F401
from .nn import functional as _functional
from .nn import init as _init

__version__ = '2.5.0'
inf, nan, pi, e, newaxis = float('inf'), float('nan'), 3.141592653589793, 2.718281828459045, None

globals().update(_dtypes.by_name)
globals().update(_dtypes.by_alias)

for _table in (_create.table, _methods.named):
    for _name, _value in _table.items():
        globals().setdefault(_name, _value)
cat = concat = concatenate = _move.cat
stack = _move.stack
for _name in _functional.shared:
    globals().setdefault(_name, getattr(_functional, _name))

no_grad = enable_grad = inference_mode = set_grad_enabled = autocast = _shells.Switch
compile = script = _shells.identity  # noqa: A001
is_inference_mode_enabled = is_autocast_enabled = is_complex = is_nonzero = _shells.false
are_deterministic_algorithms_enabled = is_grad_enabled = _shells.false
for _name in 'jit cuda xpu mps amp backends onnx fx compiler optim utils distributed overrides _C'.split():
    globals()[_name] = getattr(_shells, _name)
special = _shells.submodule('special', **_methods.named)
linalg = _shells.submodule('linalg', norm=_reduce.norm, vector_norm=_reduce.norm)
init = _init


def is_tensor(value):
    return isinstance(value, Tensor)


def is_floating_point(value):
    return value.is_floating_point()


def manual_seed(seed):
    return Inert('generator')


def set_default_dtype(kind):
    _dtypes.set_default(kind)


def get_default_dtype():
    return _dtypes.default()


def __getattr__(name):
    # What makers of other devices add to torch is not there unless it was imported.
    if name.startswith('__') or name in ('npu', 'mlu', 'musa', 'hpu'):
        raise AttributeError(name)
    if f'torch.{name}' in sys.modules:
        return sys.modules[f'torch.{name}']
    made = Inert(f'torch.{name}')
    globals()[name] = made
    return made
