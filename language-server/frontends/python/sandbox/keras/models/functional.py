"""Functional models: what lies between their inputs and their outputs is run again whenever they are called."""

from .. import _graph, _state
from .._tensor import KerasTensor, tensors_of
from ..layers.layer import Layer
from .model import Model


class Functional(Model):
    def __init__(self, inputs, outputs, name=None, trainable=None, **_):
        title = _state.auto_name(_title(type(self))) if name is None else name
        Layer.__init__(self, name=title)
        self._put_together(inputs, outputs)
        if trainable is not None:
            self.trainable = trainable

    def _put_together(self, inputs, outputs):
        found, ends = tensors_of(inputs), tensors_of(outputs)
        for tensor in [*found, *ends]:
            if not isinstance(tensor, KerasTensor):
                raise ValueError(f'All `inputs` and `outputs` values must be KerasTensors. Received: {tensor!r}')
        # In plain tuples, so that no layer is looked for in them.
        object.__setattr__(self, '_structure', (inputs, outputs))
        object.__setattr__(self, '_nodes', _graph.nodes_between(found, ends))
        object.__setattr__(self, '_graph_layers', _graph.layers_in_order(self._nodes, found, ends))
        self.built = True

    @property
    def inputs(self):
        return tensors_of(self._structure[0])

    @property
    def outputs(self):
        return tensors_of(self._structure[1])

    @property
    def input(self):
        return self._structure[0]

    @property
    def output(self):
        return self._structure[1]

    @property
    def layers(self):
        return list(self._graph_layers)

    @property
    def input_names(self):
        return [tensor.name for tensor in self.inputs]

    def _children(self):
        yield from self._graph_layers
        known = {id(layer) for layer in self._graph_layers}
        yield from (layer for layer in Layer._children(self) if id(layer) not in known)

    def build(self, input_shape=None):
        """It was built while it was put together."""

    def call(self, inputs=None, training=None, mask=None, **kwargs):
        structure, outputs = self._structure
        values = dict(zip(map(id, tensors_of(structure)), _matched(inputs, structure)))
        _graph.run(self._nodes, values)
        return _graph.map_nested(lambda tensor: values.get(id(tensor), tensor), outputs)


def _matched(given, structure):
    """Inputs in the order of the model's own; a dictionary goes by names."""
    if isinstance(given, dict) and not isinstance(structure, dict):
        return [given[tensor.name] for tensor in tensors_of(structure)]
    found = tensors_of(given)
    wanted = len(tensors_of(structure))
    if len(found) != wanted:
        raise ValueError(f'the model takes {wanted} inputs, not {len(found)}')
    return found


def _title(kind):
    """A subclass that became functional is still called after itself."""
    return getattr(kind, '_title', kind.__name__)


_twins = {}


def functional_twin(kind):
    """`kind` with a functional model's ways, for subclasses that call `super().__init__(inputs, outputs)`."""
    if kind not in _twins:
        _twins[kind] = type(kind.__name__, (kind, Functional), {'_title': kind.__name__, '__module__': kind.__module__})
    return _twins[kind]
