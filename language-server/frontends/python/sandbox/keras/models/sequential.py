"""`keras.Sequential`: becomes a functional model as soon as the shape of its input is known."""

from .. import _state
from .._tensor import KerasTensor, is_tensor
from ..layers.input import InputLayer
from ..layers.layer import Layer
from .functional import Functional
from .model import Model, is_shape


class Sequential(Model):
    _functional = None

    def __init__(self, layers=None, trainable=True, name=None):
        Layer.__init__(self, trainable=trainable, name=name)
        object.__setattr__(self, '_stack', [])
        for layer in layers or []:
            self.add(layer, rebuild=False)
        self._rebuild()

    def add(self, layer, rebuild=True):
        if not self._stack and getattr(layer, '_input_shape_arg', None) is not None:
            self._stack.append(InputLayer(shape=layer._input_shape_arg))
        if isinstance(layer, KerasTensor) and layer._node is not None:
            layer = layer._node.operation_of_input
        if not isinstance(layer, Layer):
            raise ValueError(f'Only instances of `keras.Layer` can be added to a Sequential model. Received: {layer} (of type {type(layer)})')
        if any(layer.name == known.name for known in self._stack):
            raise ValueError(f"All layers added to a Sequential model should have unique names. Name '{layer.name}' is already the name of a layer in this model.")
        self._stack.append(layer)
        if rebuild:
            self._rebuild()
        else:
            self.built, self._functional = False, None

    def pop(self, rebuild=True):
        layer = self._stack.pop()
        self.built, self._functional = False, None
        self._rebuild()
        return layer

    def _rebuild(self):
        self.built, self._functional = False, None
        if len(self._stack) < 2:
            return
        first = self._stack[0]
        shape = first.batch_shape if isinstance(first, InputLayer) else _known_input(first)
        if shape is not None:
            self.build(shape)

    def build(self, input_shape=None):
        if not self._stack or not is_shape(input_shape):
            return
        if not isinstance(self._stack[0], InputLayer):
            self._stack.insert(0, InputLayer(batch_shape=tuple(input_shape)))
        depth, _state.depth = _state.depth, 0
        try:
            x = inputs = self._stack[0].output
            for layer in self._stack[1:]:
                x = layer(x)
            object.__setattr__(self, '_functional', Functional(inputs, x))
        finally:
            _state.depth = depth

    def call(self, inputs, training=None, mask=None):
        if self._functional and is_tensor(inputs):
            return self._functional.call(inputs)
        for layer in self.layers:
            inputs = layer(inputs)
        return inputs

    @property
    def layers(self):
        return [layer for i, layer in enumerate(self._stack) if i or not isinstance(layer, InputLayer)]

    def _children(self):
        yield from self._stack

    def _ends(self, which):
        if self._functional is None:
            raise AttributeError(f"Sequential model '{self.name}' has no defined {which} yet.")
        return getattr(self._functional, which)

    inputs = property(lambda self: self._ends('inputs'))
    outputs = property(lambda self: self._ends('outputs'))
    input = property(lambda self: self._ends('input'))
    output = property(lambda self: self._ends('output'))


def _known_input(layer):
    """The input of a model that stands first."""
    try:
        shape = layer.input_shape
    except (AttributeError, ValueError):
        return None
    return shape if is_shape(shape) else None
