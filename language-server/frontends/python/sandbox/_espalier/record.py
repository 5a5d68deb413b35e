"""Records what forward does: every operation on a traced tensor becomes a node of the host's graph."""

from . import inert, lines
from .dims import decode, encode
from .host import ShapeMismatch, ask


class Barrier(BaseException):
    """The trace cannot go on: the file asked a tensor for its values. Not an Exception, so that `except` lets it by."""


class Session:
    """One forward pass of one model."""

    def __init__(self, framework, paths, params):
        self.framework = framework
        self.paths = paths  # id(module) → path
        self.params = params  # id(parameter) → name
        self.stack = []  # modules being called, outermost first
        self.nodes = 0
        self.last = None  # the tensor recorded last
        self.notes = []
        self.unregistered = []  # layers that are called but no part of the model
        self.call = None  # where the user called the layer that runs now, where no frame of theirs tells
        self.lacks = []  # (name, place), what the stand-ins do not know
        self.failed = None  # the exception that is on its way out, and the innermost module it came from
        self.failed_path = ''
        self.modules = []  # [path, class, place], every module of the model
        self.calls = {}  # place → [place, paths, shapes, varies], the user's own calls of modules

    def path(self):
        for module in reversed(self.stack):
            if id(module) in self.paths:
                return self.paths[id(module)]
        return ''

    def called(self, module, place, answer):
        """The user's own code, which stands at `place`, called a module of the model."""
        path = self.paths.get(id(module))
        if path is None:
            return
        shapes = [encode(t.shape) for t in _tensors(answer)][:_MOST_OUTPUTS]
        known = self.calls.setdefault(tuple(place), [place, [], shapes, False])
        if path not in known[1] and len(known[1]) < _MOST_PATHS:
            known[1].append(path)
        known[3] = known[3] or known[2] != shapes

    def note(self, text):
        if text not in self.notes:
            self.notes.append(text)

    def lack(self, name):
        if all(name != known for known, _ in self.lacks):
            self.lacks.append((name, lines.here()))
        self.note(f'{name} is not known to Espalier yet: exact up to there')


# What one line of the editor can show, and more modules than any one line is asked about.
_MOST_OUTPUTS, _MOST_PATHS = 8, 500

current = None
_declared = {}


def declared(kind, attrs):
    """[role, shape, trainable] of an op's parameters. Raises ShapeMismatch where its numbers cannot be."""
    key = f'{kind} {attrs}'
    if key not in _declared:
        if len(_declared) > 10_000:
            _declared.clear()
        _declared[key] = ask('params', op=kind, attrs=attrs)
    return _declared[key]


def traced(tensor):
    return current is not None and getattr(tensor, '_session', None) is current


def op(kind, inputs, attrs, module=None, layout='NCHW'):
    """One op of the op table. Returns the tensors it makes. `layout` is for tensors that are no activations."""
    inputs = list(inputs)
    guess = next((t._guess for t in inputs if t._guess), None)
    try:
        if not any(map(traced, inputs)):
            return [_constant(shape, guess) for shape in _shapes(kind, inputs, attrs, layout)]
        if not all(map(traced, inputs)):
            return unknown(f'{kind} with a tensor that is no activation', inputs, _shapes(kind, inputs, attrs))
        place, owner = _place(module)
        if module is not None and owner is None:
            current.unregistered.append(module)
            current.note(f'{type(module).__name__} is registered nowhere in the model: its parameters are not counted')
            return unknown(f'unregistered {kind}', inputs, _shapes(kind, inputs, attrs))
        made = ask('add', op=kind, inputs=[t._value for t in inputs], attrs=attrs, paramPath=owner, **place)
    except ShapeMismatch as error:
        error.guess, error.op, error.attrs, error.shapes = guess, kind, attrs, [t.shape for t in inputs]
        raise
    return _made(made, guess)


def functional(kind, x, attrs, path):
    """An op whose parameters are those of the module at `path`, called through torch.nn.functional."""
    place, _ = _place(None)
    made = ask('add', op=kind, inputs=[x._value], attrs=attrs, paramPath=path, **place)
    return _made(made, x._guess)[0]


def unknown(name, inputs, shapes, guess=None):
    """A barrier: an operation that the op table does not have, with the shapes it is known to make."""
    guess = guess or next((t._guess for t in inputs if t._guess), None)
    feeds = [t._value for t in inputs if traced(t)]
    if not feeds:
        return [_constant(shape, guess) for shape in shapes]
    place, _ = _place(None)
    made = ask('unknown', name=name, inputs=feeds, shapes=[encode(shape) for shape in shapes], **place)
    return _made(made, guess)


def unknown_call(name, args, kwargs):
    """A call of something that the stand-ins lack: its result is taken to look like its first tensor."""
    tensors = [t for t in _tensors((args, kwargs)) if traced(t)]
    if not tensors:
        return None
    current.lack(name)
    return unknown(name, tensors, [tensors[0].shape], guess=name)[0]


inert.on_call = unknown_call


def _tensors(value, depth=0):
    from torch._tensor import Tensor

    if isinstance(value, Tensor):
        yield value
    elif depth < 4 and isinstance(value, (list, tuple)):
        for item in value:
            yield from _tensors(item, depth + 1)
    elif depth < 4 and isinstance(value, dict):
        for item in value.values():
            yield from _tensors(item, depth + 1)


tensors_in = _tensors


def _shapes(kind, inputs, attrs, layout='NCHW'):
    layout = current.framework.layout if current else layout
    found = ask('shape', op=kind, shapes=[encode(t.shape) for t in inputs], attrs=attrs, layout=layout)
    return [decode(shape) for shape in found]


def _place(module):
    """Path and source lines for a node, and the path that owns its parameters (None where no module does)."""
    call = current.call or lines.here()
    path = current.paths.get(id(module)) if module is not None else None
    built = getattr(module, '_built', None)
    place = {'path': current.path() if path is None else path, 'source': [p for p in (built, call) if p]}
    return place, path


def _constant(shape, guess=None):
    from torch._tensor import Tensor

    made = Tensor._make(shape)
    made._guess = guess
    return made


def _made(pairs, guess):
    tensors = []
    current.nodes += 1
    for value, shape in pairs:
        made = _constant(decode(shape), guess)
        made._value, made._session = value, current
        tensors.append(made)
    if tensors:
        current.last = tensors[0]
    return tensors
