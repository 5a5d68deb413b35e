"""`nn.Module`: registers parameters, buffers and children by attribute, and calls forward."""

from collections import OrderedDict

from _espalier import lines, record
from _espalier.inert import Inert
from torch._ops import tensor
from torch._tensor import Tensor
from torch.nn.parameter import Parameter

from . import _hooks

# How many modules this trace has built; a function that builds none is no factory.
built = 0


class Module:
    # The op of the op table that this layer is, where it is one, and its attributes.
    _op = None
    training = True
    dump_patches = False

    def __new__(cls, *args, **kwargs):
        global built
        built += 1
        self = object.__new__(cls)
        # The line that constructs a layer is the one that stands there now, before any __init__ runs.
        object.__setattr__(self, '_built', lines.here())
        return self

    def __init__(self, *args, **kwargs):
        own = self.__dict__
        own['training'] = True
        own['_parameters'] = OrderedDict()
        own['_buffers'] = OrderedDict()
        own['_transient'] = set()
        own['_modules'] = OrderedDict()

    def forward(self, *inputs, **kwargs):
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')

    def __call__(self, *args, **kwargs):
        session = record.current
        if session is None:
            return _hooks.call(self, args, kwargs)
        session.stack.append(self)
        try:
            answer = _hooks.call(self, args, kwargs)
            place = lines.caller(1)
            if place:
                session.called(self, place, answer)
            return answer
        except Exception as error:
            # The innermost module that failed; an error that a file catches and raises anew starts over.
            if session.failed is not error:
                session.failed, session.failed_path = error, session.path()
            raise
        finally:
            session.stack.pop()

    def _attrs(self):
        return {}

    # Registration by attribute, in PyTorch's order of precedence.

    def __setattr__(self, name, value):
        own = self.__dict__
        kinds = ('_parameters', '_buffers', '_modules')
        if isinstance(value, Parameter):
            place = '_parameters'
        elif isinstance(value, Module):
            place = '_modules'
        else:
            place = next((kind for kind in kinds if name in own.get(kind, ())), None)
            fits = place is None or value is None or (place == '_buffers' and isinstance(value, Tensor))
            if not fits and not isinstance(value, Inert):
                what = 'parameter' if place == '_parameters' else 'child module' if place == '_modules' else 'buffer'
                raise TypeError(f"cannot assign '{type(value).__name__}' as {what} '{name}'")
            if place is None or not fits:
                if getattr(value, '_persistent', None) is not None and isinstance(value, Tensor):
                    return self.register_buffer(name, value, value._persistent)
                return object.__setattr__(self, name, value)
        if place not in own:
            raise AttributeError(f'cannot assign {place[1:-1]} before Module.__init__() call')
        for kind in kinds:
            if kind != place:
                own[kind].pop(name, None)
        own.pop(name, None)
        own[place][name] = value

    def __getattr__(self, name):
        for kind in ('_parameters', '_buffers', '_modules'):
            if name in self.__dict__.get(kind, ()):
                return self.__dict__[kind][name]
        # What a re-parametrisation computes in every forward pass.
        if name in self.__dict__.get('_computed', ()):
            return self.__dict__['_computed'][name](self)
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __delattr__(self, name):
        for kind in ('_parameters', '_buffers', '_modules'):
            if name in self.__dict__.get(kind, ()):
                del self.__dict__[kind][name]
                return
        object.__delattr__(self, name)

    def __dir__(self):
        return [*object.__dir__(self), *self._parameters, *self._buffers, *self._modules]

    def register_parameter(self, name, param):
        if '_parameters' not in self.__dict__:
            raise AttributeError('cannot assign parameter before Module.__init__() call')
        self._parameters[name] = param

    def register_buffer(self, name, tensor, persistent=True):
        if '_buffers' not in self.__dict__:
            raise AttributeError('cannot assign buffer before Module.__init__() call')
        self._buffers[name] = tensor
        (self._transient.discard if persistent else self._transient.add)(name)

    def add_module(self, name, module):
        if '_modules' not in self.__dict__:
            raise AttributeError('cannot assign module before Module.__init__() call')
        if module is not None and not isinstance(module, (Module, Inert)):
            raise TypeError(f'{type(module).__name__} is not a Module subclass')
        self._modules[name] = module if isinstance(module, Module) else None
        if isinstance(module, Inert):
            object.__setattr__(self, name, module)

    register_module = add_module

    # Walking.

    def named_children(self):
        seen = set()
        for name, module in self._modules.items():
            if module is not None and id(module) not in seen:
                seen.add(id(module))
                yield name, module

    def children(self):
        return (module for _, module in self.named_children())

    def named_modules(self, memo=None, prefix='', remove_duplicate=True):
        memo = set() if memo is None else memo
        if id(self) in memo:
            return
        if remove_duplicate:
            memo.add(id(self))
        yield prefix, self
        for name, module in list(self._modules.items()):
            if module is not None:
                yield from module.named_modules(memo, f'{prefix}.{name}' if prefix else name, remove_duplicate)

    def modules(self):
        return (module for _, module in self.named_modules())

    def _named(self, kind, prefix, recurse, remove_duplicate):
        seen = set()
        modules = self.named_modules(None, prefix, remove_duplicate) if recurse else [(prefix, self)]
        for path, module in modules:
            for name, value in list(getattr(module, kind).items()):
                if value is not None and id(value) not in seen:
                    if remove_duplicate:
                        seen.add(id(value))
                    yield (f'{path}.{name}' if path else name), value

    def named_parameters(self, prefix='', recurse=True, remove_duplicate=True):
        return self._named('_parameters', prefix, recurse, remove_duplicate)

    def parameters(self, recurse=True):
        return (value for _, value in self.named_parameters(recurse=recurse))

    def named_buffers(self, prefix='', recurse=True, remove_duplicate=True):
        return self._named('_buffers', prefix, recurse, remove_duplicate)

    def buffers(self, recurse=True):
        return (value for _, value in self.named_buffers(recurse=recurse))

    def get_submodule(self, target):
        module = self
        for name in filter(None, target.split('.')):
            module = getattr(module, name)
        return module

    def get_parameter(self, target):
        path, _, name = target.rpartition('.')
        return getattr(self.get_submodule(path), name)

    get_buffer = get_parameter

    def state_dict(self, *args, prefix='', **kwargs):
        found = OrderedDict()
        for path, module in self.named_modules(prefix=prefix.rstrip('.')):
            for kind in (module._parameters, module._buffers):
                for name, value in kind.items():
                    if value is not None and name not in module._transient:
                        found[f'{path}.{name}' if path else name] = value
        return found

    def load_state_dict(self, state_dict, *args, **kwargs):
        return Inert('load_state_dict()')

    # Switches.

    def train(self, mode=True):
        for module in self.modules():
            object.__setattr__(module, 'training', bool(mode))
        return self

    def eval(self):
        return self.train(False)

    def apply(self, function):
        for module in self.children():
            module.apply(function)
        function(self)
        return self

    def requires_grad_(self, requires_grad=True):
        for param in self.parameters():
            param.requires_grad = requires_grad
        return self

    def _same(self, *args, **kwargs):
        return self

    to = cuda = cpu = float = half = double = bfloat16 = type = to_empty = share_memory = ipu = xpu = compile = _same

    def zero_grad(self, *args, **kwargs):
        pass

    def _hook(self, *args, **kwargs):
        return Inert('hook')

    def register_forward_hook(self, hook, *, prepend=False, with_kwargs=False, always_call=False):
        return _hooks.register(self, '_forward_hooks', hook, prepend, with_kwargs)

    def register_forward_pre_hook(self, hook, *, prepend=False, with_kwargs=False):
        return _hooks.register(self, '_forward_pre_hooks', hook, prepend, with_kwargs)

    register_backward_hook = register_full_backward_hook = _hook
    register_full_backward_pre_hook = register_state_dict_pre_hook = register_load_state_dict_post_hook = _hook
    _register_load_state_dict_pre_hook = _register_state_dict_hook = register_load_state_dict_pre_hook = _hook

    def extra_repr(self):
        return ''

    def _get_name(self):
        return type(self).__name__

    def __repr__(self):
        inner = ', '.join(f'({name}): {module!r}' for name, module in self._modules.items())
        return f'{self._get_name()}({inner or self.extra_repr()})'


class Layer(Module):
    """A layer of the op table: `_op` and `_attrs()` say which; its parameters bear the op's names for their roles."""

    def forward(self, input):
        return record.op(self._op, [tensor(input)], self._attrs(), self)[0]


class Weighted(Layer):
    """A layer whose constructor ends with `reset_parameters`, which people override. It draws values; here are none."""

    def reset_parameters(self):
        pass


class Unlisted(Module):
    """A layer of torch.nn that the stand-ins lack: its parameters are unknown, what it makes looks like its input."""

    _title = 'torch.nn layer'

    def __init__(self, *args, **kwargs):
        super().__init__()

    def forward(self, *args, **kwargs):
        answer = record.unknown_call(self._title, args, kwargs)
        if record.current is not None:
            record.current.note(f'parameters of {self._title} are not counted')
        return answer if answer is not None else Inert(self._title)
