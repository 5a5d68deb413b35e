"""NumPy's functions on arrays, as torch's on small constants: tables of positions and masks that constructors compute."""

import torch
from torch import Tensor


def _arrays(values):
    return [torch.as_tensor(value) for value in values]


def meshgrid(*arrays, indexing='xy', **_):
    return list(torch.meshgrid(*_arrays(arrays), indexing=indexing))


def stack(arrays, axis=0, **_):
    return torch.stack(_arrays(arrays), axis)


def concatenate(arrays, axis=0, **_):
    return torch.cat(_arrays(arrays), axis)


def vstack(arrays, **_):
    return torch.cat(list(map(torch.atleast_2d, _arrays(arrays))), 0)


def hstack(arrays, **_):
    arrays = _arrays(arrays)
    return torch.cat(arrays, 0 if len(arrays[0].shape) == 1 else 1)


def full(shape, fill_value, dtype=None, **_):
    return torch.full([shape] if isinstance(shape, int) else shape, fill_value, dtype=dtype)


def expand_dims(a, axis):
    return torch.as_tensor(a).unsqueeze(axis)


def transpose(a, axes=None):
    a = torch.as_tensor(a)
    return a.permute(*(reversed(range(len(a.shape))) if axes is None else axes))


def repeat(a, repeats, axis=None):
    return torch.as_tensor(a).repeat_interleave(repeats, axis)


def einsum(equation, *operands, **_):
    return torch.einsum(equation, *_arrays(operands))


def _same(name):
    def function(*args, **kwargs):
        args = [torch.as_tensor(arg) if isinstance(arg, (list, Tensor)) else arg for arg in args]
        return getattr(torch, name)(*args)

    return function


table = {
    'meshgrid': meshgrid, 'stack': stack, 'concatenate': concatenate, 'vstack': vstack, 'hstack': hstack, 'full': full,
    'expand_dims': expand_dims, 'transpose': transpose, 'repeat': repeat, 'einsum': einsum,
    **{name: _same(name) for name in (
        'outer', 'squeeze', 'reshape', 'tile', 'where', 'maximum', 'minimum', 'eye', 'dot', 'matmul', 'tril', 'triu',
        'zeros_like', 'ones_like', 'argmax', 'argmin', 'flip', 'roll', 'tan', 'tanh', 'square', 'floor_divide', 'mod',
    ) if hasattr(torch, name)},
}  # fmt: skip
