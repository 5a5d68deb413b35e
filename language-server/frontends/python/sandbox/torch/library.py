"""`torch.library`: ops that a package registers. Their shapes are those that it says itself, for compilers."""

import torch
from _espalier import record
from _espalier.inert import Inert
from _espalier.session import tensors_in
from torch._tensor import Tensor

_ops = {}


class CustomOpDef:
    """Without a function for shapes alone, what it does is followed; with one, it is a barrier of its name."""

    def __init__(self, name, function):
        self._name, self._function, self._fake = name, function, None

    def __call__(self, *args, **kwargs):
        if self._fake is None or not any(map(record.traced, tensors_in((args, kwargs)))):
            return self._function(*args, **kwargs)
        return self._opaque(self._fake(*args, **kwargs), list(tensors_in((args, kwargs))))

    def _opaque(self, like, inputs):
        several = isinstance(like, (tuple, list))
        likes = [x for x in (like if several else [like]) if isinstance(x, Tensor)]
        made = record.unknown(self._name.replace('::', '.'), inputs, [x.shape for x in likes])
        for tensor, x in zip(made, likes):
            tensor.dtype = x.dtype
        found = iter(made)
        whole = [next(found) if isinstance(x, Tensor) else x for x in (like if several else [like])]
        return tuple(whole) if several else whole[0]

    default = property(lambda self: self)

    def register_fake(self, function=None, /):
        if function is None:
            return self.register_fake
        self._fake = function
        return function

    def __getattr__(self, name):
        # Kernels of devices, gradients, rules of vmap.
        if name.startswith('register_'):
            return lambda *_, **__: lambda function: function
        raise AttributeError(name)


def custom_op(name, fn=None, /, *, mutates_args=(), device_types=None, schema=None, **_):
    """An op that writes into its arguments says nothing of what it leaves in them: it stays a placeholder."""
    if fn is None:
        return lambda function: custom_op(name, function, mutates_args=mutates_args)
    if mutates_args:
        return Inert(f'torch.ops.{name}')
    made = _ops[name] = CustomOpDef(name, fn)
    space, _, own = name.partition('::')
    setattr(getattr(torch.ops, space), own, made)
    return made


triton_op = custom_op


def register_fake(op, func=None, /, **_):
    if func is None:
        return lambda function: register_fake(op, function)
    made = _ops.get(op) if isinstance(op, str) else op
    if isinstance(made, CustomOpDef):
        made.register_fake(func)
    return func


def _registers(op, func=None, /, *_, **__):
    return func if callable(func) else lambda function: function


register_autograd = register_kernel = register_vmap = register_autocast = impl = impl_abstract = _registers


def __getattr__(name):
    if name.startswith('__'):
        raise AttributeError(name)
    return Inert(f'torch.library.{name}')
