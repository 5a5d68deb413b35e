"""Parts of PyTorch that do nothing here: contexts, compilers, devices, distribution. Inert, but importable."""

import contextlib
import sys
import types

from _espalier.inert import Inert, InertModule

from ._dtypes import device


class Switch(contextlib.ContextDecorator):
    """no_grad and its kin: a context, a decorator with or without call, and a plain switch."""

    def __new__(cls, *args, **kwargs):
        return args[0] if len(args) == 1 and isinstance(args[0], types.FunctionType) else object.__new__(cls)

    def __init__(self, *args, **kwargs):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False


def false(*args, **kwargs):
    return False


def identity(model=None, *args, **kwargs):
    """Compilers and decorators give back what they get, called with or without options."""
    return model if model is not None and not isinstance(model, str) else identity


def submodule(name, **members):
    """A small submodule; what it lacks is a placeholder."""
    made = InertModule(f'torch.{name}')
    vars(made).update(members)
    sys.modules[f'torch.{name}'] = made
    parent, _, last = name.rpartition('.')
    if parent and f'torch.{parent}' in sys.modules:
        setattr(sys.modules[f'torch.{parent}'], last, made)
    return made


def checkpoint(function, *args, use_reentrant=None, preserve_rng_state=None, context_fn=None, determinism_check=None,
               debug=None, **kwargs):  # fmt: skip
    return function(*args, **kwargs)


def checkpoint_sequential(functions, segments, input, **_):
    for function in functions:
        input = function(input)
    return input


def custom_fwd(function=None, **_):
    return function if function is not None else identity


jit = submodule(
    'jit', script=identity, trace=identity, ignore=identity, unused=identity, export=identity, script_method=identity,
    script_if_tracing=identity, interface=identity, is_scripting=false, is_tracing=false, freeze=identity,
    annotate=lambda kind, value: value, isinstance=lambda value, kind: True, fork=lambda function, *a, **k: function(*a, **k),
    wait=lambda value: value, Final=Inert('torch.jit.Final'),
)  # fmt: skip
submodule('jit.annotations')
cuda = submodule('cuda', is_available=false, device_count=lambda: 0, current_device=lambda: 0, device=device)
xpu = submodule('xpu', is_available=false, device_count=lambda: 0)
mps = submodule('mps', is_available=false, device_count=lambda: 0)
submodule('cuda.amp', autocast=Switch, custom_fwd=custom_fwd, custom_bwd=custom_fwd)
amp = submodule('amp', autocast=Switch, custom_fwd=custom_fwd, custom_bwd=custom_fwd)
backends = submodule('backends')
submodule('backends.mps', is_available=false, is_built=false)
submodule('backends.cuda', is_built=false)
submodule('backends.cudnn', is_available=false, enabled=False, version=lambda: None)
onnx = submodule('onnx', is_in_onnx_export=false)
fx = submodule('fx', wrap=identity)
compiler = submodule('compiler', is_compiling=false, is_dynamo_compiling=false, disable=identity, allow_in_graph=identity)
submodule('_dynamo', is_compiling=false, disable=identity, allow_in_graph=identity)
optim = submodule('optim')
submodule('optim.lr_scheduler')
utils = submodule('utils')
submodule('utils.checkpoint', checkpoint=checkpoint, checkpoint_sequential=checkpoint_sequential)
submodule('utils.data')
submodule('utils.model_zoo')
submodule('hub')
distributed = submodule(
    'distributed', is_available=false, is_initialized=false, get_rank=lambda *_: 0, get_world_size=lambda *_: 1,
)  # fmt: skip
_C = submodule('_C', _get_tracing_state=false, _log_api_usage_once=lambda *_: None)
overrides = submodule(
    'overrides', has_torch_function=false, has_torch_function_unary=false, has_torch_function_variadic=false,
)  # fmt: skip
