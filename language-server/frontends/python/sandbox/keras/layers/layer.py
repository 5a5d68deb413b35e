"""`keras.Layer`: builds itself when it is first called, names its weights after itself, and calls `call`."""

import functools
import inspect

from _espalier import lines, record
from _espalier.inert import Inert

from .. import _graph, _state
from .._tensor import as_tensor, is_tensor, map_nested, tensors_of
from .._variable import Variable

# What every layer takes and nothing here depends on.
_IGNORED = ('autocast', 'activity_regularizer', 'dtype', 'weights', 'batch_size', 'sparse', 'dynamic', 'input_length')
_IGNORED_ENDS = ('_regularizer', '_constraint')


class Layer:
    built = False
    _built = None
    _parent_path = None
    _input_shape_arg = None
    supports_masking = True
    stateful = False
    dtype = compute_dtype = variable_dtype = 'float32'

    def __new__(cls, *args, **kwargs):
        _state.built += 1
        self = object.__new__(cls)
        # The line that constructs a layer is the one that stands there now, before any __init__ runs.
        object.__setattr__(self, '_built', lines.here())
        object.__setattr__(self, '_own_weights', [])
        object.__setattr__(self, '_trainable', True)
        return self

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__()
        if 'build' in vars(cls):
            cls.build = _within_scope(vars(cls)['build'])

    def __init__(self, *, trainable=True, name=None, **kwargs):
        self.name = _state.auto_name(type(self).__name__) if name is None else name
        if not isinstance(self.name, (str, Inert)) or '/' in str(self.name):
            raise ValueError(f'Argument `name` must be a string and cannot contain character `/`. Received: name={name}')
        object.__setattr__(self, '_trainable', bool(trainable))
        width, shape = kwargs.pop('input_dim', None), kwargs.pop('input_shape', None)
        batched = kwargs.pop('batch_input_shape', kwargs.pop('batch_shape', None))
        if width is not None:
            object.__setattr__(self, '_input_shape_arg', (width,))
        elif shape is not None or batched is not None:
            object.__setattr__(self, '_input_shape_arg', tuple(shape if shape is not None else batched[1:]))
        for key in kwargs:
            if key not in _IGNORED and not key.endswith(_IGNORED_ENDS):
                raise TypeError(f"{type(self).__name__}() got an unexpected keyword argument '{key}'")

    # Weights.

    def add_weight(self, shape=None, initializer=None, dtype=None, trainable=True, name=None, **_):
        if isinstance(shape, str):
            # TensorFlow's Keras once took the name first.
            shape, name = (initializer, shape) if isinstance(initializer, (tuple, list)) else (None, shape)
            initializer = None
        floating = dtype is None or 'float' in str(dtype)
        initializer = initializer or ('glorot_uniform' if floating else 'zeros')
        name = name or _state.auto_name('variable')
        variable = Variable(initializer, shape or (), dtype, trainable, name, f'{self._full_path()}/{name}')
        variable.trainable = variable.trainable and self._trainable
        self._own_weights.append(variable)
        return variable

    add_variable = add_weight

    def _full_path(self):
        parent = self._parent_path if self._parent_path is not None else _state.path()
        return _state.join(parent, self.name)

    def _open_scope(self):
        if self._parent_path is None:
            object.__setattr__(self, '_parent_path', _state.path())
        return _state.scope(self._full_path())

    def __setattr__(self, name, value):
        if isinstance(value, Variable) and all(value is not known for known in self._own_weights):
            self._own_weights.append(value)
        object.__setattr__(self, name, value)

    @property
    def trainable(self):
        return self._trainable

    @trainable.setter
    def trainable(self, value):
        for layer in self._flatten_layers():
            object.__setattr__(layer, '_trainable', bool(value))
            for weight in layer._own_weights:
                weight.trainable = bool(value) and weight.learns

    # Walking.

    def _children(self):
        """Layers among the attributes, in lists and dictionaries too, in the order in which they were set."""
        for name, value in list(vars(self).items()):
            if not name.startswith('__'):
                yield from _layers_in(value)

    def _flatten_layers(self, seen=None):
        seen = set() if seen is None else seen
        if id(self) in seen:
            return
        seen.add(id(self))
        yield self
        for child in self._children():
            yield from child._flatten_layers(seen)

    @property
    def weights(self):
        found = {}
        for layer in self._flatten_layers():
            for weight in sorted(layer._own_weights, key=lambda w: not w.trainable):
                found.setdefault(id(weight), weight)
        return list(found.values())

    variables = weights

    @property
    def trainable_weights(self):
        return [weight for weight in self.weights if weight.trainable]

    trainable_variables = trainable_weights

    @property
    def non_trainable_weights(self):
        return [weight for weight in self.weights if not weight.trainable]

    non_trainable_variables = non_trainable_weights

    def count_params(self):
        return sum(int(weight._raw.shape.numel()) for weight in self.weights)

    def get_weights(self):
        return [weight._raw for weight in self.weights]

    def set_weights(self, weights):
        pass

    # Calling.

    def build(self, input_shape=None):
        """Layers without weights of their own have nothing to do."""

    def call(self, *args, **kwargs):
        raise NotImplementedError(f'Layer {type(self).__name__} does not have a `call` method implemented.')

    def __call__(self, *args, **kwargs):
        given = args, kwargs
        args, kwargs = map_nested(as_tensor, args), map_nested(as_tensor, kwargs)
        session = record.current
        if session:
            session.stack.append(self)
        try:
            with self._open_scope():
                self._build_for(args, kwargs)
                with _state.inside():
                    answer = self._called(args, self._fitting(kwargs), session)
        except Exception as error:
            # The innermost layer that failed.
            if getattr(error, 'layer', None) is None:
                error.layer = self._full_path()
            raise
        finally:
            if session:
                session.stack.pop()
        place = lines.caller(1)
        if session and place:
            session.called(self, place, answer)
        answer = _graph.remembered(self, *given, answer)
        node = next((tensor._node for tensor in tensors_of(answer)), None)
        if node is not None and node.operation is self and '_first_node' not in vars(self):
            object.__setattr__(self, '_first_node', node)
        return answer

    def _called(self, args, kwargs, session):
        if session is None:
            return self.call(*args, **kwargs)
        # Lines inside of the user's own call say more than those that built and called the layer.
        users = type(self).call.__code__.co_filename in lines.user_files
        before = session.call, session.built
        session.call, session.built = (None, None) if users else (session.call, self._built)
        try:
            return self.call(*args, **kwargs)
        finally:
            session.call, session.built = before

    def _build_for(self, args, kwargs):
        if self.built:
            return
        first = args[0] if args else next(iter(kwargs.values()), None)
        build = type(self).build
        if build is not Layer.build and not getattr(build, '_by_calling', False):
            depth, _state.depth = _state.depth, 0
            try:
                self.build(*self._build_shapes(args, kwargs, first))
            finally:
                _state.depth = depth
        self.built = True

    def _build_shapes(self, args, kwargs, first):
        shape_of = lambda value: value.shape if is_tensor(value) else value  # noqa: E731
        wanted = [p.name for p in inspect.signature(self.build).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
        if len(wanted) < 2:
            return [map_nested(shape_of, first)][: len(wanted)]
        names = list(inspect.signature(self.call).parameters)
        named = {**dict(zip(names, args)), **kwargs}
        found = [map_nested(shape_of, named.get(name.removesuffix('_shape'))) for name in wanted]
        while found and found[-1] is None:
            found.pop()
        return found or [map_nested(shape_of, first)]

    def _fitting(self, kwargs):
        """Only what `call` takes; it learns that this is no training."""
        parameters = inspect.signature(self.call).parameters
        if any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
            return kwargs
        missing = {name: None for name in ('training', 'mask') if name in parameters and parameters[name].default is inspect.Parameter.empty}
        return {**missing, **{k: v for k, v in kwargs.items() if k in parameters or k not in ('training', 'mask')}}

    def compute_output_shape(self, *args, **kwargs):
        from .._tensor import KerasTensor

        is_shape = lambda value: isinstance(value, (tuple, list)) and all(n is None or isinstance(n, int) for n in value)  # noqa: E731
        answer = self(*[KerasTensor(s) if is_shape(s) else [KerasTensor(one) for one in s] for s in args])
        return map_nested(lambda value: value.shape if is_tensor(value) else value, answer)

    def compute_output_spec(self, *args, **kwargs):
        return self(*args, **kwargs)

    def compute_mask(self, inputs, previous_mask=None):
        return previous_mask

    def get_config(self):
        return {'name': self.name, 'trainable': self.trainable}

    @classmethod
    def from_config(cls, config):
        return cls(**config)

    def add_loss(self, *args, **kwargs):
        pass

    add_metric = add_update = adapt = summary = add_loss

    @property
    def losses(self):
        return []

    metrics = updates = losses

    @property
    def input(self):
        return self._io('inputs')

    @property
    def output(self):
        return self._io('outputs')

    def _io(self, which):
        node = self.__dict__.get('_first_node')
        if node is None:
            raise AttributeError(f'The layer {self.name} has never been called and thus has no defined {which[:-1]}.')
        found = node.inputs() if which == 'inputs' else node.outputs
        return found[0] if len(found) == 1 else found

    @property
    def input_shape(self):
        return map_nested(lambda tensor: tensor.shape, self.input)

    @property
    def output_shape(self):
        return map_nested(lambda tensor: tensor.shape, self.output)

    @property
    def path(self):
        return self._full_path()

    def __repr__(self):
        return f'<{type(self).__name__} name={self.name}, built={self.built}>'


def _within_scope(build):
    """What `build` makes is called after the layer, whoever calls it."""
    if getattr(build, '_scoped', False):
        return build

    @functools.wraps(build)
    def scoped(self, *args, **kwargs):
        with self._open_scope():
            answer = build(self, *args, **kwargs)
        self.built = True
        return answer

    scoped._scoped = True
    return scoped


def _layers_in(value, depth=0):
    if isinstance(value, Layer):
        yield value
    elif depth < 5 and isinstance(value, (list, tuple)):
        for item in value:
            yield from _layers_in(item, depth + 1)
    elif depth < 5 and isinstance(value, dict):
        for item in value.values():
            yield from _layers_in(item, depth + 1)


