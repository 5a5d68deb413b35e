"""`keras.Model`: what trains. `Model(inputs, outputs)` is a functional model; a subclass says what it does in `call`."""

from _espalier.dims import BatchDim
from _espalier.inert import Inert

from .. import _state
from .._tensor import KerasTensor, is_tensor, tensors_of
from ..layers.layer import Layer


def functional_arguments(args, kwargs):
    return len(args) > 1 or (len(args) == 1 and 'outputs' in kwargs) or ('inputs' in kwargs and 'outputs' in kwargs)


class Model(Layer):
    def __new__(cls, *args, **kwargs):
        if cls is Model and functional_arguments(args, kwargs):
            from .functional import Functional

            cls = Functional
        return Layer.__new__(cls)

    def __init__(self, *args, **kwargs):
        from .functional import Functional, functional_twin

        if functional_arguments(args, kwargs):
            # A subclass whose own __init__ puts a functional model together.
            if not isinstance(self, Functional):
                self.__class__ = functional_twin(type(self))
            return Functional.__init__(self, *args, **kwargs)
        super().__init__(*args, **kwargs)

    # Shapes that the file itself says: of `build`, of a first call, of data that it is fitted to.
    _said_shapes = None

    def build(self, input_shape=None):
        """`model.build((None, 32, 32, 3))` makes the weights of a subclassed model by running it."""
        if input_shape is None or type(self).call is Layer.call:
            return
        shapes = _shapes(input_shape)
        self._say(shapes)
        given = map_shapes(KerasTensor, input_shape)
        with _state.inside():
            self.call(given)

    def _say(self, shapes):
        if self._said_shapes is None:
            object.__setattr__(self, '_said_shapes', shapes)

    def __call__(self, *args, **kwargs):
        if not _state.depth and args:
            found = [tuple(t._raw.shape) for t in tensors_of(args[0])]
            if found:
                self._say(found)
        return super().__call__(*args, **kwargs)

    # What trains, saves and prints does nothing; data that a model is fitted to says what it takes.

    def compile(self, *args, **kwargs):
        self.optimizer, self.loss = kwargs.get('optimizer', Inert('optimizer')), kwargs.get('loss', Inert('loss'))

    def fit(self, x=None, *args, **kwargs):
        shapes = [tuple(t.shape) for t in _arrays(x)]
        if shapes and not self.built and not getattr(self, 'inputs', None):
            self._say(shapes)
        return Inert('history')

    def evaluate(self, *args, **kwargs):
        return Inert('evaluate()')

    predict = train_on_batch = test_on_batch = predict_on_batch = train_step = test_step = predict_step = evaluate
    compute_loss = compute_metrics = get_metrics_result = fit_generator = evaluate_generator = evaluate

    def summary(self, *args, **kwargs):
        return None

    save = save_weights = load_weights = export = reset_states = reset_metrics = make_predict_function = summary

    def to_json(self, **kwargs):
        return '{}'

    @property
    def layers(self):
        return list(self._children())

    def get_layer(self, name=None, index=None):
        layers = self.layers
        if index is not None:
            return layers[index]
        for layer in layers:
            if layer.name == name:
                return layer
        raise ValueError(f'No such layer: {name}. Existing layers are: {[layer.name for layer in layers]}.')


def _arrays(value):
    """Tensors and arrays of known shape."""
    if isinstance(value, (list, tuple)):
        return [found for item in value for found in _arrays(item)]
    if isinstance(value, dict):
        return [found for item in value.values() for found in _arrays(item)]
    if is_tensor(value):
        return [value._raw]
    return [value] if hasattr(value, 'numel') and getattr(value, 'shape', None) else []


def is_shape(value):
    return isinstance(value, (tuple, list)) and all(size is None or isinstance(size, int) for size in value)


def map_shapes(function, value):
    if is_shape(value):
        return function(value)
    if isinstance(value, dict):
        return {key: map_shapes(function, item) for key, item in value.items()}
    return [map_shapes(function, item) for item in value]


def _shapes(value):
    found = []
    map_shapes(lambda shape: found.append(tuple(BatchDim(1) if size is None else size for size in shape)), value)
    return found


# Its weights come with a call, so a call has no need of it.
Model.build._by_calling = True
