"""`Input` and `InputLayer`: where symbolic tensors come from."""

from .. import _graph
from .._tensor import KerasTensor
from .layer import Layer


class InputLayer(Layer):
    def __init__(self, shape=None, batch_size=None, dtype=None, batch_shape=None, name=None, input_tensor=None, **kwargs):
        super().__init__(name=name)
        shape = kwargs.get('input_shape', shape)
        batch_shape = kwargs.get('batch_input_shape', batch_shape)
        if shape is not None and not isinstance(shape, (tuple, list)):
            raise ValueError(f'Cannot convert {shape!r} to a shape: write ({shape},)')
        if batch_shape is None:
            if shape is None:
                raise ValueError('You must pass a `shape` argument.')
            batch_shape = (None, *shape)
        # A batch size that is fixed is the batch all the same.
        self.batch_shape = (None, *batch_shape[1:])
        self.open = any(size is None for size in batch_shape[1:])
        tensor = KerasTensor(_known(self.batch_shape), str(getattr(dtype, 'name', dtype) or 'float32'), self.name)
        node = _graph.Node(None, (), {}, tensor)
        node.operation_of_input = self
        self._dtype = tensor._dtype
        node.answer.name = self.name
        object.__setattr__(self, '_first_node', node)
        self.built = True

    @property
    def dtype(self):
        return self._dtype

    def call(self, inputs=None):
        return inputs


# What stands for a size that the model leaves open, so that it can be followed: a length of text, a side of an image.
OPEN_LENGTH, OPEN_SIDE = 128, 224


def _known(shape):
    """Open sizes beside the batch are given usual ones; the trace says so."""
    open_size = OPEN_SIDE if len(shape) == 4 else OPEN_LENGTH
    return [shape[0], *(open_size if size is None else size for size in shape[1:])]


def Input(shape=None, batch_size=None, dtype=None, batch_shape=None, name=None, tensor=None, **kwargs):
    if tensor is not None:
        return tensor
    return InputLayer(shape, batch_size, dtype, batch_shape, name, **kwargs).output
