"""What real PyTorch says about transformers' models. The same questions and answers as torch-facts.py.

transformers 4.48 imports packages that no model's shape depends on and that may not be here: they get placeholders.
PyTorch before 2.1 lacks scaled_dot_product_attention, which models use by default: it gets its documented formula.
"""

import importlib
import importlib.machinery
import importlib.metadata
import pathlib
import runpy
import sys
import types

_ABSENT = {'huggingface_hub': '0.26.0', 'safetensors': '0.4.5', 'tokenizers': None}


class _Placeholder(types.ModuleType):
    """Constants are empty texts, classes are exceptions, functions decorate with nothing."""

    __path__ = []

    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        if name.isupper():
            made = ''
        elif name[0].isupper():
            made = type(name, (Exception,), {'__module__': self.__name__})
        else:
            made = lambda *args, **kwargs: lambda function: function  # noqa: E731
        setattr(self, name, made)
        return made


class _Placeholders:
    def __init__(self, names):
        self.names = names

    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] not in self.names:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return _Placeholder(spec.name)

    def exec_module(self, module):
        pass


def stand_in_for_absent_packages():
    missing = {name: version for name, version in _ABSENT.items() if importlib.util.find_spec(name) is None}
    sys.meta_path.insert(0, _Placeholders(set(missing)))
    known = importlib.metadata.version

    def version(name):
        return missing.get(name.replace('-', '_')) or known(name)

    importlib.metadata.version = version


def attention(query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False):
    """softmax(query keyᵀ · scale + mask) value, from PyTorch's documentation of scaled_dot_product_attention."""
    import torch

    scores = query @ key.transpose(-2, -1) * (query.shape[-1] ** -0.5 if scale is None else scale)
    if is_causal:
        scores = scores.masked_fill(~torch.ones(scores.shape[-2:], dtype=torch.bool).tril(), float('-inf'))
    if attn_mask is not None and attn_mask.dtype == torch.bool:
        scores = scores.masked_fill(~attn_mask, float('-inf'))
    elif attn_mask is not None:
        scores = scores + attn_mask
    return scores.softmax(-1) @ value


def weight_norm(module, name='weight', dim=0):
    """torch.nn.utils.parametrizations.weight_norm, which PyTorch has since 2.0: length and direction apart."""
    import torch

    class Norm(torch.nn.Module):
        def forward(self, length, direction):
            return torch._weight_norm(direction, length, dim)

        def right_inverse(self, weight):
            return torch.norm_except_dim(weight, 2, dim), weight

    torch.nn.utils.parametrize.register_parametrization(module, name, Norm(), unsafe=True)
    return module


def bring_old_pytorch_up():
    import torch
    import transformers
    from transformers.utils import import_utils

    if not hasattr(torch.nn.functional, 'scaled_dot_product_attention'):
        torch.nn.functional.scaled_dot_product_attention = attention
        for module in (transformers.utils, import_utils):
            module.is_torch_sdpa_available = lambda: True
    if not hasattr(torch.nn.utils.parametrizations, 'weight_norm'):
        torch.nn.utils.parametrizations.weight_norm = weight_norm
    if not hasattr(torch, '_dynamo'):
        torch._dynamo = types.SimpleNamespace(mark_static_address=lambda tensor: None)
    try:
        importlib.import_module('torch.distributed.fsdp')
    except ValueError:  # PyTorch 1.13's under Python 3.11; models only ask whether it wraps them
        sharded = types.SimpleNamespace(FullyShardedDataParallel=type('FullyShardedDataParallel', (), {}))
        sys.modules['torch.distributed.fsdp'] = torch.distributed.fsdp = sharded


if __name__ == '__main__':
    stand_in_for_absent_packages()
    bring_old_pytorch_up()
    runpy.run_path(str(pathlib.Path(__file__).with_name('torch-facts.py')), run_name='__main__')
