"""Which models a file holds: what comments ask for, what factories return, what instances and classes there are."""

import ast
import inspect
import io
import re
import tokenize

from . import arguments, frameworks, written
from .before import Origins

_COMMENT = re.compile(r'#\s*espalier:\s*model\s+(?P<call>.+?)(?:\s+input\s*=\s*(?P<input>[(\[{].*))?\s*$')
_NOT_FACTORIES = re.compile(r'^(_|test|main$|train|eval|run|fit|parse|get_args|setup|load_data|get_data)')


class Candidate:
    def __init__(self, name, build, place, inputs=None, asked=False, hints=None):
        self.name = name
        self.build = build
        self.place = place
        self.inputs = inputs
        # Asked for by name: whatever fails is said.
        self.asked = asked
        # Shapes written where the model is built, if that is another file.
        self.hints = hints


class Declarations:
    """The top level of the file, by name."""

    def __init__(self, file, text, tree):
        self.file = file
        self.rows = text.split('\n')
        self.functions, self.classes, self.names = {}, {}, {}
        for node in _top_level(tree.body):
            if isinstance(node, ast.FunctionDef):
                self.functions[node.name] = node
            elif isinstance(node, ast.ClassDef):
                self.classes[node.name] = node
            elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    if isinstance(target, ast.Name):
                        self.names[target.id] = node

    def place(self, node):
        """The first line of a declaration, from its keyword to its end."""
        line = node.lineno
        return [self.file, line, node.col_offset, line, len(self.rows[line - 1].rstrip().encode())]

    def place_of(self, name):
        node = self.functions.get(name) or self.classes.get(name) or self.names.get(name)
        return self.place(node) if node else None


def _top_level(body):
    """Statements of the module, those inside `if` and `try` included."""
    for node in body:
        yield node
        if isinstance(node, (ast.If, ast.Try, ast.With)):
            yield from _top_level(node.body)
            yield from _top_level(getattr(node, 'orelse', []))


def from_comments(declared, text, namespace, complain):
    """`# espalier: model NAME(args) input=(…)`. `complain(message, place)` hears of comments that say nothing."""
    for line, column, comment in _comments(text):
        if not re.match(r'#\s*espalier:', comment):
            continue
        place = [declared.file, line, column, line, column + len(comment.encode())]
        found = _COMMENT.match(comment)
        if not found:
            complain('write it as: # espalier: model Net(num_classes=10) input=(1, 3, 32, 32)', place)
            continue
        try:
            call = ast.parse(found['call'].strip(), mode='eval').body
            inputs = ast.literal_eval(found['input']) if found['input'] else None
            inputs = _input_shapes(inputs) if inputs is not None else None
            name = ast.unparse(call.func if isinstance(call, ast.Call) else call)
        except (SyntaxError, ValueError, TypeError) as error:
            complain(f'cannot read this comment: {error}', place)
            continue
        for node in ast.walk(call):
            if hasattr(node, 'lineno'):
                node.lineno, node.col_offset, node.end_lineno, node.end_col_offset = place[1:]
        code = compile(ast.Expression(call), declared.file, 'eval', dont_inherit=True)
        yield Candidate(name, _evaluation(code, namespace), declared.place_of(name) or place, inputs, asked=True)


def _evaluation(code, namespace):
    def build():
        value = eval(code, namespace)
        made = not isinstance(value, type) and frameworks.of(value) is not None
        return value() if callable(value) and not made else value

    return build


def _input_shapes(value):
    """One shape, several, or several by the names of forward's arguments."""
    if isinstance(value, dict):
        return [arguments.given(shape, name) for name, shape in zip(value, _input_shapes(tuple(value.values())))]
    shapes = [value] if value and all(isinstance(size, int) for size in value) else list(value)
    if not shapes or any(not shape or not all(isinstance(n, int) and n > 0 for n in shape) for shape in shapes):
        raise ValueError('input is a shape such as (1, 3, 32, 32), or several of them')
    return [tuple(shape) for shape in shapes]


def _comments(text):
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                column = len(token.line[: token.start[1]].encode())
                yield token.start[0], column, token.string
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return


def from_factories(declared, namespace):
    """Functions that can be called without arguments and return something."""
    for name, node in declared.functions.items():
        function = namespace.get(name)
        if _NOT_FACTORIES.match(name) or not callable(function) or isinstance(function, type):
            continue
        if _returns_something(node) and _callable_bare(function):
            yield Candidate(name, function, declared.place(node))


def _returns_something(function):
    pending, found = list(function.body), False
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return False
        if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.AsyncFunctionDef)):
            continue
        if isinstance(node, ast.Return):
            found = found or isinstance(node.value, (ast.Call, ast.Name, ast.IfExp, ast.Attribute, ast.Subscript))
        pending.extend(ast.iter_child_nodes(node))
    return found


def _callable_bare(function):
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    return all(p.kind in _FREE or p.default is not p.empty for p in parameters)


_FREE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def from_instances(declared, namespace, is_model):
    """Modules bound to names at the top level. An only instance of a class of this file stands for the class."""
    found = {}
    for name in declared.names:
        value = namespace.get(name)
        if is_model(value) and all(value is not other for other in found.values()):
            found[name] = value
    kinds = [type(value) for value in found.values()]
    for name, value in found.items():
        kind = type(value)
        alone = kinds.count(kind) == 1 and namespace.get(kind.__name__) is kind
        title = kind.__name__ if alone and kind.__name__ in declared.classes else name
        yield Candidate(title, lambda value=value: value, declared.place_of(title))


def from_classes(declared, namespace, is_model_class):
    for name, node in declared.classes.items():
        kind = namespace.get(name)
        if is_model_class(kind) and _callable_bare(kind):
            yield Candidate(name, kind, declared.place(node))


def from_calls(declared, tree, namespace, is_model_class):
    """`Net(3, 10)` or `Net(args.width)` anywhere in the file, for classes whose constructor wants arguments."""
    bodies = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    origins = Origins(tree, executed=True)
    compiled = lambda node, mode: compile(written.marked(node, declared.file), declared.file, mode, dont_inherit=True)  # noqa: E731
    for call in bodies:
        name = call.func.id
        kind = namespace.get(name)
        if name not in declared.classes or not is_model_class(kind) or _callable_bare(kind):
            continue
        yield Candidate(name, origins.build(call, call, namespace, compiled), declared.place_of(name))


def wanting(declared, tree, namespace, is_model_class):
    """Classes whose constructor wants arguments, those left out that another class of the file is built of."""
    parts = {
        call.func.id
        for owner, kind in declared.classes.items()
        for call in ast.walk(kind)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id != owner
    }
    kinds = {name: namespace.get(name) for name in declared.classes if name not in parts}
    return {name: kind for name, kind in kinds.items() if is_model_class(kind) and not _callable_bare(kind)}


# What constructors call the one argument that holds all the others.
_SETTINGS = frozenset(('config', 'cfg', 'conf', 'args', 'params', 'hparams', 'options', 'opts'))
_SETTINGS_CLASS = re.compile(r'(Config|Configuration|Cfg|Args|Arguments|Params|HParams|Hyperparameters|Options|Settings)$')


def from_settings(declared, kinds, namespace):
    """`Net(config)` with the class of settings that the argument is annotated with, or that stands beside `Net`."""
    for name, kind in kinds.items():
        makers = {p.name: _settings_of(p, name, namespace) for p in missing(kind)}
        if all(makers.values()):
            build = lambda kind=kind, makers=makers: kind(**{argument: make() for argument, make in makers.items()})  # noqa: E731
            yield Candidate(name, build, declared.place_of(name))


def _settings_of(parameter, model, namespace):
    said = parameter.annotation
    said = namespace.get(said.strip('\'"')) if isinstance(said, str) else said
    if _is_settings(said):
        return said
    if parameter.name not in _SETTINGS:
        return None
    beside = {name: value for name, value in namespace.items() if _is_settings(value)}
    own = [value for name, value in beside.items() if name.startswith(model)]
    return own[0] if own else next(iter(beside.values())) if len(beside) == 1 else None


def _is_settings(value):
    return isinstance(value, type) and bool(_SETTINGS_CLASS.search(value.__name__)) and _callable_bare(value)


def from_uses(declared, kinds, namespace, texts, module):
    """`Net(3, 10)` in other files of the workspace and in what explains it, with the shapes that stand beside it.

    `module` is the dotted name of the file itself: a Net that is imported from elsewhere is another one.
    """
    for text in texts:
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            continue
        elsewhere, renamed = _imported_from_elsewhere(tree, module), _renamed(tree)
        origins = Origins(tree, executed=False)
        compiled = lambda node, mode: compile(node, declared.file, mode, dont_inherit=True)  # noqa: E731
        for call in ast.walk(tree):
            name = getattr(getattr(call, 'func', None), 'attr', getattr(getattr(call, 'func', None), 'id', None))
            name = renamed.get(name, name)
            if not isinstance(call, ast.Call) or name not in kinds or name in elsewhere:
                continue
            bare = ast.fix_missing_locations(ast.Call(ast.Name(name, ast.Load()), call.args, call.keywords))
            build = origins.build(call, bare, namespace, compiled)
            yield Candidate(name, build, declared.place_of(name), hints=shape_hints(tree))


def _imported_from_elsewhere(tree, module):
    """Names that a text imports from a module that is neither this one nor a package around it."""
    parts = set(module.split('.'))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return {alias.name for node in imports if not parts.issuperset(node.module.split('.')) for alias in node.names}


def _renamed(tree):
    """`from model import Net as Base`: the names of a text that are other names of what it imports."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {alias.asname: alias.name for node in imports for alias in node.names if alias.asname}


def missing(kind):
    """The arguments that a constructor cannot do without."""
    return [p for p in inspect.signature(kind).parameters.values() if p.default is p.empty and p.kind not in _FREE]


def shape_hints(tree):
    """Shapes that the file itself gives to `torch.randn(1, 3, 32, 32)` and the like, and sizes of known data sets."""
    shapes, sizes = [], []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, 'attr', getattr(node.func, 'id', ''))
            values = [getattr(arg, 'value', None) for arg in _flat(node.args)]
            if name in ('randn', 'rand', 'zeros', 'ones', 'empty') and len(values) > 1:
                if all(type(value) is int and value > 0 for value in values):
                    shapes.append(tuple(values))
        name = getattr(node, 'attr', getattr(node, 'id', None))
        size = {'MNIST': 28, 'FashionMNIST': 28, 'CIFAR10': 32, 'CIFAR100': 32, 'SVHN': 32, 'STL10': 96}.get(name)
        if size:
            sizes.append(size)
    return shapes, sizes


def _flat(args):
    return args[0].elts if len(args) == 1 and isinstance(args[0], (ast.Tuple, ast.List)) else args
