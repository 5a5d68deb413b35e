"""Weights that are computed from other parameters in every forward pass: what a layer owns then, by PyTorch's names."""

import math

from torch import _constant, _reduce
from torch.nn.modules.container import ModuleList
from torch.nn.modules.module import Module
from torch.nn.parameter import Parameter


def compute(module, name, function):
    """From now on `module.name` is what `function(module)` makes."""
    module._parameters.pop(name, None)
    module.__dict__.setdefault('_computed', {})[name] = function


def weight_norm(module, name='weight', dim=0):
    """w = g · v / |v| (Salimans & Kingma 2016)."""
    weight = getattr(module, name)
    shape = [] if dim is None else [size if i == dim % len(weight.shape) else 1 for i, size in enumerate(weight.shape)]
    g, v = f'{name}_g', f'{name}_v'
    compute(module, name, lambda own: _scaled(getattr(own, v), getattr(own, g), shape))
    module.register_parameter(g, Parameter(_constant.filled(shape, 1.0)))
    module.register_parameter(v, weight)
    return module


def _scaled(v, g, shape):
    axes = [i for i in range(len(v.shape)) if not shape or shape[i] == 1]
    return v * (g / _reduce.norm(v, 2, axes, keepdim=bool(shape)))


def remove(module, name='weight'):
    """Gives back a plain weight."""
    if name in module.__dict__.get('_computed', {}):
        del module.__dict__['_computed'][name]
        for ending in ('_v', '_orig'):
            weight = module._parameters.pop(f'{name}{ending}', None)
            if weight is not None:
                module.register_parameter(name, weight)
        module._parameters.pop(f'{name}_g', None)
        for ending in ('_u', '_v'):
            module._buffers.pop(f'{name}{ending}', None)
    return module


def spectral_norm(module, name='weight', n_power_iterations=1, eps=1e-12, dim=None):
    """w / σ(w), with σ by power iteration (Miyato et al. 2018)."""
    weight = getattr(module, name)
    dim = dim if dim is not None else 1 if getattr(module, 'transposed', False) else 0
    compute(module, name, lambda own: getattr(own, f'{name}_orig') * 1.0)
    module.register_parameter(f'{name}_orig', weight)
    module.register_buffer(f'{name}_u', _constant.drawn([weight.shape[dim]], {'kind': 'normal', 'std': 1.0}))
    rest = math.prod(weight.shape) // weight.shape[dim]
    module.register_buffer(f'{name}_v', _constant.drawn([rest], {'kind': 'normal', 'std': 1.0}))
    return module


class ParametrizationList(ModuleList):
    """`module.parametrizations.weight`: what the weight is made of, and the modules that make it."""

    def __init__(self, modules, originals):
        super().__init__(modules)
        for name, value in originals.items():
            self.register_parameter(name, value)

    def forward(self):
        values = list(self._parameters.values())
        made = values[0] if len(values) == 1 else values
        for module in self:
            made = module(*made) if isinstance(made, list) else module(made)
        return made


def parametrise(module, name, parametrization, originals=None):
    from torch.nn.modules.container import ModuleDict

    if 'parametrizations' not in module._modules:
        module.parametrizations = ModuleDict()
    lists = module.parametrizations
    if name in lists:
        lists[name].append(parametrization)
        return module
    originals = originals or {'original': getattr(module, name)}
    lists[name] = ParametrizationList([parametrization], originals)
    compute(module, name, lambda own: own.parametrizations[name]())
    return module


class Same(Module):
    """A parametrisation whose values are of no concern here."""

    def __init__(self, **buffers):
        super().__init__()
        for name, shape in buffers.items():
            self.register_buffer(name, _constant.drawn(shape, {'kind': 'normal', 'std': 1.0}))

    def forward(self, weight):
        return weight * 1.0


class WeightNorm(Module):
    def __init__(self, shape):
        super().__init__()
        self._shape = shape

    def forward(self, g, v):
        return _scaled(v, g, self._shape)
