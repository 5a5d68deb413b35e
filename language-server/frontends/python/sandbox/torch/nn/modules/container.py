"""Sequential, ModuleList, ModuleDict and their twins for parameters."""

from collections import OrderedDict

from _espalier import record
from torch._ops import tensor
from torch.nn.parameter import Parameter

from .module import Module


class Sequential(Module):
    def __init__(self, *layers):
        super().__init__()
        if len(layers) == 1 and isinstance(layers[0], OrderedDict):
            for name, layer in layers[0].items():
                self.add_module(name, layer)
        else:
            for i, layer in enumerate(layers):
                self.add_module(str(i), layer)

    def forward(self, input):
        if not self._modules:
            # Without layers it is a layer itself, the one that does nothing.
            return record.op('identity', [tensor(input)], {}, self)[0]
        for layer in self._layers():
            input = layer(input)
        return input

    def _layers(self):
        # A placeholder among the layers was kept beside the registered ones.
        return [self.__dict__.get(name) if layer is None else layer for name, layer in self._modules.items()]

    def __len__(self):
        return len(self._modules)

    def __iter__(self):
        return iter(self._layers())

    def __getitem__(self, index):
        if isinstance(index, slice):
            return type(self)(OrderedDict(list(self._modules.items())[index]))
        return self._layers()[index]

    def __setitem__(self, index, layer):
        self.add_module(list(self._modules)[index], layer)

    def __delitem__(self, index):
        names = list(self._modules)
        for name in names[index] if isinstance(index, slice) else [names[index]]:
            del self._modules[name]

    def append(self, layer):
        self.add_module(str(len(self)), layer)
        return self

    def extend(self, layers):
        for layer in layers:
            self.append(layer)
        return self

    def insert(self, index, layer):
        layers = self._layers()
        layers.insert(index, layer)
        self._modules.clear()
        return self.extend(layers)

    def pop(self, index=-1):
        layer = self[index]
        del self[index]
        return layer


class ModuleList(Sequential):
    def __init__(self, modules=None):
        Module.__init__(self)
        self.extend(modules or [])

    forward = Module.forward

    def __getitem__(self, index):
        return ModuleList(self._layers()[index]) if isinstance(index, slice) else self._layers()[index]

    def __setitem__(self, index, layer):
        self.add_module(str(index % len(self)), layer)

    def __iadd__(self, layers):
        return self.extend(layers)

    def __add__(self, other):
        return ModuleList([*self, *other])

    def __contains__(self, layer):
        return layer in self._layers()


class ModuleDict(Module):
    def __init__(self, modules=None):
        super().__init__()
        self.update(modules or {})

    def update(self, modules):
        for name, layer in modules.items() if hasattr(modules, 'items') else modules:
            self.add_module(name, layer)

    def __getitem__(self, name):
        return self._modules[name]

    def __setitem__(self, name, layer):
        self.add_module(name, layer)

    def __delitem__(self, name):
        del self._modules[name]

    def __contains__(self, name):
        return name in self._modules

    def __len__(self):
        return len(self._modules)

    def __iter__(self):
        return iter(self._modules)

    def keys(self):
        return self._modules.keys()

    def values(self):
        return self._modules.values()

    def items(self):
        return self._modules.items()

    def pop(self, name):
        return self._modules.pop(name)

    def clear(self):
        self._modules.clear()


class ParameterList(Module):
    def __init__(self, values=None):
        super().__init__()
        self.extend(values or [])

    def append(self, value):
        value = value if isinstance(value, Parameter) else Parameter(value)
        self.register_parameter(str(len(self._parameters)), value)
        return self

    def extend(self, values):
        for value in values:
            self.append(value)
        return self

    def __len__(self):
        return len(self._parameters)

    def __iter__(self):
        return iter(self._parameters.values())

    def __getitem__(self, index):
        return list(self._parameters.values())[index]


class ParameterDict(Module):
    def __init__(self, values=None):
        super().__init__()
        for name, value in (values or {}).items():
            self[name] = value

    def __setitem__(self, name, value):
        self.register_parameter(name, value if isinstance(value, Parameter) else Parameter(value))

    def __getitem__(self, name):
        return self._parameters[name]

    def __contains__(self, name):
        return name in self._parameters

    def __len__(self):
        return len(self._parameters)

    def keys(self):
        return self._parameters.keys()

    def values(self):
        return self._parameters.values()

    def items(self):
        return self._parameters.items()
