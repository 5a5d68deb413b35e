"""A layer of Keras' that the stand-ins lack: its weights are unknown, what it makes looks like its input."""

from _espalier import record
from _espalier.inert import Inert

from .._tensor import raw, tensors_of, wrap
from .layer import Layer


class Unlisted(Layer):
    def __init__(self, *args, name=None, **kwargs):
        super().__init__(name=name)

    def call(self, *args, **kwargs):
        title = f'keras.layers.{type(self).__name__}'
        given = tensors_of([args, kwargs])
        if record.current is not None:
            record.current.note(f'weights of {title} are not counted')
        answer = record.unknown_call(title, [raw(tensor) for tensor in given], {})
        if answer is not None:
            return wrap(answer)
        return given[0] if given else Inert(title)
