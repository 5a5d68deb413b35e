"""What the tracer asks of Keras."""

import copy
import math

from _espalier import dims, frameworks

from . import _inputs, _state, layers
from ._tensor import KerasTensor, wrap
from .layers.input import OPEN_LENGTH, OPEN_SIDE
from .layers.layer import Layer
from .models import Functional, Model, Sequential


class Keras(frameworks.Framework):
    name = 'keras'
    layout = 'NHWC'
    separator = '/'
    noun = 'keras.Model'
    keeping = 'make it an attribute of the model'
    example = '(1, 32, 32, 3)'

    def owns(self, value):
        return isinstance(value, Layer)

    def is_model(self, value):
        return isinstance(value, Model) and (not isinstance(value, Sequential) or bool(value.layers))

    def is_model_class(self, kind, module):
        own = isinstance(kind, type) and issubclass(kind, Layer) and kind.__module__ == module
        return own and kind.call is not Layer.call

    def count(self):
        return _state.built

    def parts(self, model):
        return list(model._flatten_layers()) if hasattr(model, 'name') else []

    def weights(self, model):
        return [(weight.path, tuple(weight.shape)) for weight in model.weights]

    def worth_showing(self, model):
        # Weights come with the first call, so layers that will have some must do.
        return any(weight.learns for weight in model.weights) or any(_has_weights(part) for part in self.parts(model))

    def before(self):
        _state.restart()

    def find_input(self, model, tree, hints, run):
        return _inputs.search(model, tree, run)

    def ready(self, model, shapes):
        if _is_put_together(model):
            return model
        try:
            made = copy.deepcopy(model)
        except (TypeError, AttributeError, RecursionError):
            made = model
        if not made.built or made is model:
            self.call(made, [KerasTensor([None, *shape[1:]] if len(shape) > 1 else shape) for shape in shapes])
        return made

    def describe(self, model):
        paths, params, own, notes, taken = {}, {}, [], [], set()
        for layer in model._flatten_layers():
            if getattr(layer, 'open', False):
                notes.append(f'sizes that the input {layer.name} leaves open are taken as {OPEN_SIDE} of images, {OPEN_LENGTH} of sequences')
            paths[id(layer)] = '' if layer is model else _free(layer._full_path(), taken)
            for weight in sorted(layer._own_weights, key=lambda w: not w.learns):
                if id(weight._raw) in params:
                    continue
                full = weight.path if weight.path not in taken else _free(f'{paths[id(layer)]}/{weight.name}', taken)
                taken.add(full)
                params[id(weight._raw)] = full
                dtype = 'int32' if 'int' in weight.dtype else 'float32'
                own.append([full, list(map(dims.whole, weight._raw.shape)), dtype, weight.trainable, weight._raw._init])
        return paths, params, [{'path': '', 'own': own}], notes

    def same_shape(self, shape, declared):
        # Kernels have their channels last.
        return math.prod(shape) == math.prod(declared)

    def tree(self, model):
        paths, taken = [], set()
        for layer in model._flatten_layers():
            path = '' if layer is model else _free(layer._full_path(), taken)
            paths.append([path, type(layer).__name__, layer._built])
        return paths

    def feed(self, tensor):
        return wrap(tensor)

    def call(self, model, inputs):
        if isinstance(model, Functional):
            given = dict(zip(map(id, model.inputs), inputs))
            return model(_inputs.filled(model._structure[0], given))
        return model(*inputs) if len(inputs) < 2 or _inputs.required(model) > 1 else model(inputs)

    def has(self, name):
        return hasattr(layers, name)


def _is_put_together(model):
    return isinstance(model, Functional) or isinstance(model, Sequential) and model._functional is not None or model.built


def _has_weights(layer):
    return type(layer).build is not Layer.build and not isinstance(layer, Model)


def _free(path, taken):
    """Two layers may be called the same, in different models; then the second says so."""
    name, count = path, 2
    while name in taken:
        name, count = f'{path}#{count}', count + 1
    taken.add(name)
    return name


adapter = Keras()
