"""The way from Keras' layers to the op table."""

from _espalier import record
from _espalier.dims import Size

from ._tensor import raw, wrap


class part:
    """`with part(layer, 'depthwise')`: nodes made inside are a part of the layer, named after it and this."""

    def __init__(self, layer, name):
        self.layer, self.name = layer, name

    def __enter__(self):
        session = record.current
        if session:
            path = session.paths.get(id(self.layer))
            session.stack.append(self)
            if path is not None:
                session.paths[id(self)] = f'{path}/{self.name}'

    def __exit__(self, *_):
        session = record.current
        if session:
            session.stack.pop()
            session.paths.pop(id(self), None)
        return False


def emit(kind, inputs, attrs, layer=None, params=None):
    """One op of the op table; `params` are the variables that play its roles. Answers with Keras tensors."""
    session = record.current
    if session and layer is not None and id(layer) not in session.paths:
        session.unregistered.append(layer)
        session.note(f'{type(layer).__name__} is no attribute of the model: its weights are not counted')
        shapes = record.shape_of(kind, [raw(x) for x in inputs], attrs)
        return [wrap(tensor) for tensor in record.unknown(f'unregistered {kind}', [raw(x) for x in inputs], shapes)]
    given = {role: raw(variable) for role, variable in (params or {}).items() if variable is not None}
    made = record.op(kind, [raw(x) for x in inputs], attrs, params=given, layout='NHWC')
    return [wrap(tensor) for tensor in made]


def barrier(name, inputs, shapes):
    """An operation outside the op table, with the shapes that it makes."""
    made = record.unknown(name, [raw(x) for x in inputs], [Size(shape) for shape in shapes])
    return [wrap(tensor) for tensor in made]


def sizes(x):
    """The shape of a tensor with its batch as a symbol, whatever the tensor shows to people."""
    return tuple(raw(x).shape)
