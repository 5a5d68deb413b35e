"""What a call's names stand for where it is written: the few statements before it that they come from, and no others.

`Net(args.width)` in `main` needs the parser, its options and the line that parses; not the data, the loop or the loss.
"""

import ast
import builtins
import functools

# Calls of functions that lead to one another, followed back to where an argument is first said.
_DEEPEST = 4


class Origins:
    def __init__(self, tree, executed):
        """`executed`: the module's own statements have run, all but those under `if __name__ == '__main__':`."""
        self.tree, self.executed = tree, executed

    @functools.cached_property
    def owner(self):
        """What each node stands in. Most files have no call that asks."""
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    @functools.cached_property
    def parts(self):
        found = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assign):
                found.update(_parts(node))
        return found

    def build(self, site, call, namespace, compiled):
        """A function that runs what a call at this place needs, apart from the module's own names, and then the call.

        `call` may be written otherwise than what stands there. `compiled(tree, mode)` makes code.
        """
        program = self.program(site, _loads(call) - _loads(call.func), _DEEPEST)

        def build():
            names = dict(namespace) if program else namespace
            for statement in program:
                try:
                    exec(compiled(ast.Module([statement], []), 'exec'), names)
                except (Exception, SystemExit):  # what it would have bound is missed below, if anybody needs it
                    continue
            return eval(compiled(ast.Expression(call), 'eval'), names)

        return build

    def program(self, site, needed, depth):
        """Statements, in order, that bind these names for an expression at this place."""
        found, needed = [], set(needed)
        for scope, before in self.scopes(site):
            for statement in reversed(before):
                if _matters(statement, needed | {part for part, whole in self.parts.items() if whole in needed}):
                    found.insert(0, statement)
                    needed -= _rebinds(statement)
                    needed |= _loads(statement)
            if isinstance(scope, ast.FunctionDef):
                for name in [name for name in _parameters(scope) if name in needed]:
                    needed.discard(name)
                    said, more = self.said(scope, name, depth)
                    needed |= more
                    found[:0] = said
        return found

    def scopes(self, site):
        """Functions around a place and the module, from inside out, each with what runs in it before."""
        inner, path = site, [site]
        while inner in self.owner:
            inner = self.owner[inner]
            path.append(inner)
        for i, scope in enumerate(path[1:], 1):
            if isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield scope, list(_before(scope.body, path[:i]))
        guards = [node for node in self.tree.body if is_main_guard(node)]
        body = self.tree.body if not self.executed else guards
        # A function runs when the module has: all that the module says holds for it.
        called = any(isinstance(scope, ast.FunctionDef) for scope in path[1:])
        yield self.tree, list(_flattened(body) if called else _before(body, path))

    def said(self, function, name, depth):
        """How a function's parameter is bound: by the first call there is, or by its default. And names that this needs outside."""
        for call in ast.walk(self.tree) if depth else ():
            if not isinstance(call, ast.Call) or getattr(call.func, 'id', None) != function.name or self.within(call, function):
                continue
            value = _argument(function, call, name)
            if value is not None:
                return [*self.program(call, _loads(value), depth - 1), _assigned(name, value)], set()
        default = _default(function, name)
        return ([_assigned(name, default)], _loads(default)) if default is not None else ([], set())

    def within(self, node, function):
        while node in self.owner:
            node = self.owner[node]
            if node is function:
                return True
        return False


def is_main_guard(statement):
    """`if __name__ == '__main__':`, which is false here; skipping it keeps its `else` from surprises."""
    return (
        isinstance(statement, ast.If)
        and isinstance(statement.test, ast.Compare)
        and isinstance(statement.test.left, ast.Name)
        and statement.test.left.id == '__name__'
        and not statement.orelse
    )


def _before(body, path):
    """Statements of a body that run before the place that the path ends in; of those around it, what is inside them."""
    for statement in body:
        if statement not in path:
            yield statement
            continue
        for inner in _bodies(statement):
            if any(node in path for node in inner):
                if isinstance(statement, (ast.For, ast.AsyncFor)):
                    yield _first_of(statement)
                yield from _before(inner, path)
        return


def _first_of(loop):
    """`target = next(iter(…))`: a loop as far as its first round."""
    value = loop.iter
    for name in ('iter', 'next'):
        value = ast.Call(ast.Name(name, ast.Load()), [value], [])
    return ast.fix_missing_locations(ast.copy_location(ast.Assign([loop.target], value), loop))


def _flattened(body):
    for statement in body:
        if is_main_guard(statement):
            yield from statement.body
        else:
            yield statement


def _bodies(statement):
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return []
    parts = [getattr(statement, name, []) for name in ('body', 'orelse', 'finalbody')]
    return [*parts, *(handler.body for handler in getattr(statement, 'handlers', []))]


def _matters(statement, needed):
    """Whether it binds one of these names, or says more of what it stands for: `parser.add_argument(…)`, `args.width = 3`."""
    if isinstance(statement, (ast.While, ast.Delete, ast.Return)):
        return False
    if isinstance(statement, ast.Expr):
        call = statement.value
        if not isinstance(call, ast.Call):
            return False
        # `add_model_args(parser)` says more of it too.
        given = call.args if 'arg' in getattr(call.func, 'id', '') else []
        return any(_root(node) in needed for node in (call.func, *given) if not isinstance(node, ast.Name) or node in given)
    return bool(_binds(statement) & needed) or any(_root(target) in needed for target in _targets(statement))


def _parts(assignment):
    """`group = parser.add_argument_group()`: what is said of the group is said of the parser."""
    [target, *others], value = assignment.targets, assignment.value
    if isinstance(target, ast.Name) and not others and isinstance(value, ast.Call):
        if getattr(value.func, 'attr', '').startswith('add_') and _root(value) != target.id:
            return {target.id: _root(value)}
    return {}


def _root(node):
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def _targets(statement):
    inside = ast.walk(statement) if not isinstance(statement, (ast.FunctionDef, ast.ClassDef)) else ()
    for node in inside:
        if isinstance(node, ast.Assign):
            yield from node.targets
        elif isinstance(node, (ast.AnnAssign, ast.AugAssign)):
            yield node.target


def _binds(statement):
    """Names that a statement, or what is inside it, gives a value to."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {(alias.asname or alias.name).split('.')[0] for alias in statement.names}
    return {
        node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    } | {name for node in ast.walk(statement) if isinstance(node, (ast.Import, ast.ImportFrom)) for name in _binds(node) if node is not statement}


def _rebinds(statement):
    """Names for which nothing before counts any more."""
    plain = isinstance(statement, (ast.Assign, ast.AnnAssign)) and getattr(statement, 'value', None) is not None
    if plain:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        return {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)}
    return _binds(statement) if isinstance(statement, (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)) else set()


def _loads(node):
    names = {name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Load)}
    return {name for name in names if not hasattr(builtins, name)}


def _parameters(function):
    spec = function.args
    return [each.arg for each in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]


def _argument(function, call, name):
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    positional = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    at = positional.index(name) if name in positional else len(call.args)
    starred = any(isinstance(value, ast.Starred) for value in call.args[: at + 1])
    return call.args[at] if at < len(call.args) and not starred else None


def _default(function, name):
    spec = function.args
    positional = [*spec.posonlyargs, *spec.args]
    pairs = [*zip(positional[len(positional) - len(spec.defaults) :], spec.defaults), *zip(spec.kwonlyargs, spec.kw_defaults)]
    return next((default for each, default in pairs if each.arg == name), None)


def _assigned(name, value):
    return ast.fix_missing_locations(ast.copy_location(ast.Assign([ast.Name(name, ast.Store())], value), value))
