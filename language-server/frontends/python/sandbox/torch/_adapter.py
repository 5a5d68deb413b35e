"""What the tracer asks of PyTorch."""

import math

from _espalier import arguments, dims, frameworks, inputs, record
from _espalier.dims import BatchDim
from _espalier.session import dtype_of
from torch import nn
from torch._ops import finite
from torch._tensor import Tensor
from torch.nn.modules import lazy
from torch.nn.modules import module as modules


class Torch(frameworks.Framework):
    name = 'pytorch'
    layout = 'NCHW'
    noun = 'nn.Module'
    keeping = 'keep layers in nn.ModuleList, not in a plain list'

    def owns(self, value):
        return isinstance(value, modules.Module)

    def is_model(self, value):
        users = not type(value).__module__.startswith('torch.')
        return self.owns(value) and (users or type(value) is nn.Sequential)

    def is_model_class(self, kind, module):
        own = isinstance(kind, type) and issubclass(kind, modules.Module) and kind.__module__ == module
        return own and kind.forward is not modules.Module.forward

    def count(self):
        return modules.built

    def parts(self, model):
        # An object whose __init__ never called Module's own has none.
        return list(model.modules()) if '_modules' in vars(model) else []

    def weights(self, model):
        return [(name, tuple(p.shape)) for name, p in model.named_parameters()]

    def prepare(self, model):
        model.eval()

    def find_input(self, model, tree, hints, run):
        return inputs.search(model, hints, run)

    def ready(self, model, shapes):
        """Layers that wait for their first input are shown one, without recording."""
        if any(isinstance(part, lazy.LazyModuleMixin) for part in model.modules()):
            model(*(Tensor._make([BatchDim(1), *shape[1:]] if len(shape) > 1 else list(shape)) for shape in shapes))
        return model

    def call(self, model, inputs, **named):
        # A cache for the next call is no prediction: with it, every key and value would be an output of the model's.
        if 'use_cache' in arguments.names_of(model):
            named['use_cache'] = False
        return model(*inputs, **named)

    def dress(self, model, shapes):
        names = arguments.names_of(model)
        tokens = inputs.takes_tokens(model)
        dressed = []
        for i, shape in enumerate(shapes):
            name = getattr(shape, 'name', None) or (names[i] if i < len(names) else '')
            whole = arguments.holds_numbers(name) or tokens and len(shape) <= 2
            dressed.append(arguments.given(shape, getattr(shape, 'name', None), whole))
        return dressed

    def describe(self, model):
        """Every module with its path, and what it owns, in the order of state_dict."""
        paths, params, rows = {}, {}, []
        for path, part in _walk(model, '', ()):
            again = id(part) in paths
            paths.setdefault(id(part), path)
            own, shared = [], []
            for kind in ('_parameters', '_buffers'):
                for name, value in part.__dict__.get(kind, {}).items():
                    if value is None or name in part._transient or not hasattr(value, 'shape'):
                        continue
                    full = f'{path}.{name}' if path else name
                    if id(value) in params:
                        shared.append([name, params[id(value)]])
                        continue
                    params[id(value)] = full
                    trained = kind == '_parameters'
                    frozen = trained and not value.requires_grad
                    init = value._init or _known(value)
                    own.append([name, list(map(dims.whole, value.shape)), dtype_of(value), trained, init, frozen])
            row = {'path': path, 'own': own, 'shared': shared}
            if own and part._op and not again and _as_declared(part, own):
                row.update(op=part._op, attrs=part._attrs())
            rows.append(row)
        return paths, params, rows, []

    def roles(self, layer, declared):
        return {role: getattr(layer, role, None) for role, *_ in declared}

    def tree(self, model):
        return [[path, type(part).__name__, part._built] for path, part in model.named_modules()]

    def has(self, name):
        return any(name in vars(module) for module in (nn, nn.functional, nn.init))


def _known(value):
    """Tables that a constructor computes: positions, masks, frequencies."""
    data = value._data
    if data is None or len(data) != math.prod(map(int, value.shape)) or any(isinstance(x, complex) for x in data):
        return None
    return {'kind': 'values', 'data': [x if math.isfinite(x) else finite(x) for x in map(float, data)]}


def _walk(module, path, above):
    """As state_dict goes: a module that stands in two places is met twice."""
    yield path, module
    above = (*above, module)
    for name, child in list(module._modules.items()):
        if child is not None and all(child is not parent for parent in above):
            yield from _walk(child, f'{path}.{name}' if path else name, above)


def _as_declared(part, own):
    """Whether the layer still owns what its op declares: a file may have taken or replaced some of it."""
    mine = {name: shape for name, shape, *_ in own}
    return all(mine.get(role) == shape for role, shape, _ in record.declared(part._op, part._attrs()))


adapter = Torch()
