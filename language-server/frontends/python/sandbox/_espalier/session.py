"""One forward pass of one model: the nodes that it made, in the form in which the host takes them."""

from . import lines, written
from .dims import encode
from .host import ShapeMismatch
from .order import arranged

# A graph beyond this is a loop gone wild, or more than any view could show.
MAX_NODES = 50_000
# What one line of the editor can show, and more modules than any one line is asked about.
_MOST_OUTPUTS, _MOST_PATHS = 8, 500


class Session:
    def __init__(self, framework, paths, params, rows):
        self.paths = paths  # id(module) → path
        self.params = params  # id(parameter or buffer) → name
        self.rows = rows  # what each module owns
        self.framework = framework
        self.inputs = []  # [shape, dtype] of each input
        self.nodes = []
        self.turns = []  # when the code made each of them, which may be before it was recorded
        self.turn = 0
        self.values = 0
        self.feeds = {}  # what stands for parameters and constants: name or id → value
        self.numbers = 0  # how many values of constants are in the graph
        self.held = []  # keeps the ids of `feeds` from being given to other tensors
        self.kept = {}  # parameters and buffers that forward wrote into, and what they were
        self.stack = []  # modules being called, outermost first
        self.last = None  # the tensor recorded last
        self.notes = []
        self.unregistered = []  # layers that are called but no part of the model
        self.lacks = []  # (name, place), what the stand-ins do not know
        self.failed = None  # the exception that is on its way out, and the innermost module it came from
        self.failed_path = ''
        self.modules = []  # [path, class, place], every module of the model
        self.calls = {}  # place → [place, paths, shapes, varies], the user's own calls of modules
        self.call = None  # where the user called the layer that runs now, where no frame of theirs tells
        self.built = None  # and where it was built, while it runs code that is not the user's
        self._places = {}

    def input(self, shape, dtype='float32'):
        self.inputs.append([encode(shape), dtype])
        return self._value()

    def keep(self, tensor):
        self.kept.setdefault(id(tensor), (tensor, tensor.__class__, dict(tensor.__dict__)))

    def restore(self):
        """Forward is over, and the model as it was before it."""
        for tensor, kind, state in self.kept.values():
            tensor.__class__ = kind
            tensor.__dict__.clear()
            tensor.__dict__.update(state, _alias=None)
        self.kept.clear()

    def next_turn(self):
        self.turn += 1
        return self.turn

    def node(self, kind, inputs, attrs, params, place, shapes, turn=None):
        """Adds a node; the values of its outputs. `shapes` are sent only where the host has no rule for them."""
        if len(self.nodes) >= MAX_NODES:
            raise ShapeMismatch(f'forward makes more than {MAX_NODES} operations')
        path, source = place
        sent = [encode(shape) for shape in shapes] if kind == 'unknown' else None
        places = [self._places.setdefault(tuple(spot), len(self._places)) for spot in source]
        self.nodes.append([kind, inputs, attrs, params, path, places, sent, len(shapes)])
        self.turns.append(self.next_turn() if turn is None else turn)
        return [self._value() for _ in shapes]

    def _value(self):
        self.values += 1
        return self.values - 1

    def path(self):
        """The innermost module of the model that is being called."""
        for module in reversed(self.stack):
            if id(module) in self.paths:
                return self.paths[id(module)]
        return ''

    def called(self, module, place, answer):
        """The user's own code, which stands at `place`, called a module of the model."""
        path = self.paths.get(id(module))
        if path is None:
            return
        shapes = [encode(t.shape) for t in tensors_in(answer)][:_MOST_OUTPUTS]
        known = self.calls.setdefault(tuple(place), [place, [], shapes, False])
        if path not in known[1] and len(known[1]) < _MOST_PATHS:
            known[1].append(path)
        known[3] = known[3] or known[2] != shapes

    def note(self, text):
        if text not in self.notes:
            self.notes.append(text)

    def lack(self, name):
        if all(name != known for known, _ in self.lacks):
            self.lacks.append((name, self.call or lines.here()))
        self.note(f'{name} is not known to Espalier yet: exact up to there')

    def graph(self, outputs):
        """The host's request that makes a model graph of all this."""
        nodes, outputs = arranged(len(self.inputs), self.nodes, self.turns, outputs)
        return {
            'framework': self.framework.name,
            'layout': self.framework.layout,
            'owners': self.rows,
            'inputs': self.inputs,
            'nodes': nodes,
            'outputs': outputs,
            'places': list(self._places),
            'notes': self.notes,
            **({'written': written.numbers(nodes, self.rows)} if written.asked else {}),
        }


def tensors_in(value, depth=0):
    """The tensors of an answer, however it is wrapped."""
    # Keras' tensors have one of these inside.
    value = getattr(value, '__dict__', {}).get('_raw', value)
    if hasattr(value, '_session') and hasattr(value, 'shape'):
        yield value
    elif depth < 4 and isinstance(value, (list, tuple)):
        for item in value:
            yield from tensors_in(item, depth + 1)
    elif depth < 4 and isinstance(value, dict):
        for item in value.values():
            yield from tensors_in(item, depth + 1)


def dtype_of(tensor):
    """The dtypes of model graphs are three."""
    if tensor.dtype.name == 'bool':
        return 'bool'
    return 'float32' if tensor.dtype.is_floating_point or tensor.dtype.is_complex else 'int32'
