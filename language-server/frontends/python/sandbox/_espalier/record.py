"""Records what forward does: every operation on a traced tensor becomes a node of the host's graph."""

from . import inert, lines, rules
from .deferred import Deferred, origin, value_of
from .dims import Size
from .host import ShapeMismatch
from .session import Session, tensors_in

declared = rules.declared
current = None
# What stands for the parameters of a layer that has just those that the op table declares for it.
OWN = 'own'


class Barrier(BaseException):
    """The trace cannot go on: the file asked a tensor for its values. Not an Exception, so that `except` lets it by."""


def traced(tensor):
    """Whether a tensor is an activation of the forward pass under way."""
    return current is not None and getattr(tensor, '_session', None) is current


def derived(tensor):
    """Whether it is a parameter or buffer of the model, or was made of them in this forward pass."""
    if current is None:
        return False
    recipe = getattr(tensor, '_recipe', None)
    return id(tensor) in current.params or recipe is not None and recipe[0].session is current


def nominal(tensor):
    """Whether it is a parameter or buffer that the graph knows by its name, as it was before forward."""
    if current is None or id(tensor) not in current.params or traced(tensor):
        return False
    recipe = getattr(tensor, '_recipe', None)
    return recipe is None or recipe[0].session is not current


def writes(tensor):
    """A tensor is about to be written into. What forward leaves in a buffer is not there when it is called again."""
    if current is not None and id(tensor) in current.params:
        current.keep(tensor)


def op(kind, inputs, attrs, module=None, params=None, shapes=None, dtype=None, layout='NCHW'):
    """One op of the op table. Returns the tensors it makes.

    `module` is the layer that this is, whose parameters play the op's roles; `params` says them one by one
    (role → tensor) for functional calls. `shapes` serve where the table has no such op: then it is a barrier.
    `layout` is for tensors that are no activations.
    """
    inputs = list(inputs)
    guess = next((t._guess for t in inputs if t._guess), None)
    known = rules.known(kind)
    try:
        if known or shapes is None:
            shapes = shape_of(kind, inputs, attrs, layout)
    except ShapeMismatch as error:
        error.guess, error.op, error.attrs, error.shapes = guess, kind, attrs, [t.shape for t in inputs]
        raise
    if current is None:
        return _blank(shapes, guess, inputs, dtype)
    if module is not None:
        if id(module) not in current.paths and declared(kind, attrs):
            return _unregistered(kind, module, inputs, shapes)
        params = current.framework.roles(module, declared(kind, attrs))
    names = {} if params is None and module is None else _names(kind, attrs, params)
    if names is None:
        loose = [p for p in params.values() if p is not None]
        return unknown(f'{kind} with computed parameters', [*inputs, *loose], shapes, guess)
    if not known:
        kind, attrs = 'unknown', {'name': kind}
    return _emit(kind, inputs, attrs, names, shapes, module, guess, dtype)


def shape_of(kind, inputs, attrs, layout='NCHW'):
    return rules.shapes(kind, [t.shape for t in inputs], attrs, current.framework.layout if current else layout)


def unknown(name, inputs, shapes, guess=None, dtype=None):
    """A barrier: an operation that the op table does not have, with the shapes it is known to make."""
    inputs = list(inputs)
    guess = guess or next((t._guess for t in inputs if t._guess), None)
    return _emit('unknown', inputs, {'name': name}, {}, shapes, None, guess, dtype)


def later(name, inputs, shape):
    """A barrier that becomes a node only where its result is used."""
    made = _blank([shape], None, inputs, None)
    if current is not None:
        node = ('unknown', [origin(t, current) for t in inputs], {'name': name}, {}, _place(None), [shape])
        made[0]._recipe = (Deferred(current, *node), 0)
    return made[0]


def own(params):
    """Whether all of these are parameters and buffers of the model being called."""
    return current is not None and all(map(nominal, params.values()))


def unknown_call(name, args, kwargs):
    """A call of something that the stand-ins lack: its result is taken to look like its first tensor."""
    tensors = [t for t in tensors_in((args, kwargs)) if traced(t)]
    if not tensors:
        return None
    current.lack(name)
    return unknown(name, tensors, [tensors[0].shape], guess=name)[0]


inert.on_call = unknown_call


def keep(tensors):
    """The values of tensors that forward returns; those made of parameters alone become nodes only here."""
    return [value_of(t, current) for t in tensors if traced(t) or derived(t)]


def _emit(kind, inputs, attrs, names, shapes, module, guess, dtype):
    made = _blank(shapes, guess, inputs, dtype)
    live = any(map(traced, inputs))
    if current is None or not (live or names or module is not None or any(map(derived, inputs))):
        return made
    place = _place(module)
    if live:
        values = current.node(kind, [value_of(t, current) for t in inputs], attrs, names, place, shapes)
        for tensor, value in zip(made, values):
            tensor._value, tensor._session = value, current
        current.last = made[0] if made else current.last
        return made
    # Made of parameters alone: a node once an activation meets it, so that what goes nowhere leaves no trace.
    later = Deferred(current, kind, [origin(t, current) for t in inputs], attrs, names, place, shapes)
    for i, tensor in enumerate(made):
        tensor._recipe = (later, i)
    return made


def _names(kind, attrs, params):
    """Role → name in the model; None where something else than the model's own parameters plays a role.

    Without `params` the layer's own are those that the table declares for it: OWN.
    """
    if params is None:
        return OWN
    names = {}
    for role, shape, *_ in declared(kind, attrs):
        given = params.get(role)
        name = current.params.get(id(given)) if given is None or nominal(given) else None
        if name is None or not current.framework.same_shape(params[role].shape, shape):
            return None
        names[role] = name
    return names


def _unregistered(kind, module, inputs, shapes):
    current.unregistered.append(module)
    current.note(f'{type(module).__name__} is registered nowhere in the model: its parameters are not counted')
    return unknown(f'unregistered {kind}', inputs, shapes)


def _place(module):
    """Path and source lines for a node."""
    call = current.call or lines.here()
    path = current.paths.get(id(module)) if module is not None else None
    built = getattr(module, '_built', None) or current.built
    return (current.path() if path is None else path), [p for p in (built, call) if p]


def _blank(shapes, guess, inputs, dtype):
    from torch._tensor import Tensor

    dtype = dtype or next((t.dtype for t in inputs if t.dtype.is_floating_point), inputs[0].dtype if inputs else None)
    made = []
    for shape in shapes:
        tensor = Tensor._make(Size(shape), None, dtype)
        tensor._guess = guess
        made.append(tensor)
    return made
