"""torch.zeros and its kin: tensors that user code makes."""

from _espalier import record
from _espalier.dims import Size

from . import _constant, _dtypes, _views
from ._ops import tensor as as_tensor
from ._reshape import sizes_of
from ._tensor import Tensor


def _shape(sizes, kwargs):
    return sizes_of(kwargs.get('size', sizes)) if isinstance(sizes, tuple) else sizes


def zeros(*sizes, dtype=None, **kwargs):
    return _constant.filled(_shape(sizes, kwargs), 0.0, dtype)


def ones(*sizes, dtype=None, **kwargs):
    return _constant.filled(_shape(sizes, kwargs), 1.0, dtype)


def full(size, fill_value, dtype=None, **_):
    if dtype is None and isinstance(fill_value, bool):
        dtype = _dtypes.bool_
    return _constant.filled(sizes_of(tuple(size)), fill_value, dtype or (_dtypes.int64 if type(fill_value) is int else None))


def empty(*sizes, dtype=None, **kwargs):
    return _constant.filled(_shape(sizes, kwargs), 0.0, dtype)


def randn(*sizes, dtype=None, **kwargs):
    return _constant.drawn(_shape(sizes, kwargs), {'kind': 'normal', 'std': 1.0}, dtype)


def rand(*sizes, dtype=None, **kwargs):
    return _constant.drawn(_shape(sizes, kwargs), {'kind': 'uniform', 'bound': 1.0}, dtype)


def randint(low, high=None, size=None, dtype=None, **_):
    if size is None:
        size = high if isinstance(high, (tuple, list)) else ()
    return _constant.drawn(size, None, dtype or _dtypes.int64)


def normal(mean=0.0, std=1.0, size=None, **_):
    return _constant.drawn(size if size is not None else getattr(mean, 'shape', []), {'kind': 'normal', 'std': 1.0})


def randperm(n, **_):
    return _constant.arange(n)


def _like(make):
    def made(other, *args, dtype=None, **kwargs):
        return make(tuple(other.shape), *args, dtype=dtype or other.dtype, **kwargs)

    return made


def tensor(data, dtype=None, **_):
    made = as_tensor(data) if dtype is None or hasattr(data, 'shape') else _constant.of(data, dtype)
    return made if dtype is None else made.to(dtype)


def empty_strided(size, stride, **kwargs):
    return empty(size, **kwargs)


def polar(magnitude, angle):
    from ._ops import mul

    made = mul(magnitude, angle)
    made.dtype, made._data = _dtypes.complex64, None
    return made


def sparse(indices, values, size, *_, **__):
    return _constant.drawn(size, None, getattr(values, 'dtype', None))


def complex_(real, imag):
    return polar(real, imag)


def view_as_complex(x):
    """The last dimension, of two, becomes one complex number."""
    out = record.unknown('view_as_complex', [x], [Size(x.shape[:-1])], dtype=_dtypes.complex64)[0]
    return _views.view('view_as_complex', out, x)


def view_as_real(x):
    out = record.unknown('view_as_real', [x], [Size([*x.shape, 2])], dtype=_dtypes.float32)[0]
    return _views.view('view_as_real', out, x)


class Typed(type):
    """torch.LongTensor and its kin: constructors that choose a dtype, and what isinstance asks about it."""

    def __call__(cls, *args, **kwargs):
        return _constant.cast(Tensor(*args), cls.dtype)

    def __instancecheck__(cls, value):
        return isinstance(value, Tensor) and value.dtype is cls.dtype


_TYPED = {'Float': 'float32', 'Double': 'float64', 'Half': 'float16', 'BFloat16': 'bfloat16', 'Long': 'int64'}
_TYPED |= {'Int': 'int32', 'Short': 'int16', 'Byte': 'uint8', 'Char': 'int8', 'Bool': 'bool'}

table = {
    **{f'{name}Tensor': Typed(f'{name}Tensor', (), {'dtype': _dtypes.by_name[kind]}) for name, kind in _TYPED.items()},
    'zeros': zeros, 'ones': ones, 'full': full, 'empty': empty, 'randn': randn, 'rand': rand, 'randint': randint,
    'normal': normal, 'randperm': randperm, 'tensor': tensor, 'as_tensor': tensor, 'asarray': tensor, 'from_numpy': tensor,
    'scalar_tensor': tensor, 'empty_strided': empty_strided, 'polar': polar, 'complex': complex_,
    'view_as_complex': view_as_complex, 'view_as_real': view_as_real, 'sparse_coo_tensor': sparse,
    'arange': _constant.arange, 'range': _constant.arange, 'linspace': _constant.linspace, 'logspace': _constant.logspace,
    'meshgrid': _constant.meshgrid, 'eye': _constant.eye,
    'tril_indices': lambda row, col, offset=0, **_: _constant.indices(row, col, offset, lambda i, j: j <= i),
    'triu_indices': lambda row, col, offset=0, **_: _constant.indices(row, col, offset, lambda i, j: j >= i),
    'zeros_like': _like(zeros), 'ones_like': _like(ones), 'empty_like': _like(empty), 'rand_like': _like(rand),
    'randn_like': _like(randn), 'full_like': _like(full),
    'numel': Tensor.numel, 'clone': Tensor.clone, 'detach': Tensor.detach,
}  # fmt: skip
