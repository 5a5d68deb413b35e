"""What functional models are followed by: every outermost call on symbolic tensors is a node."""

import functools

from _espalier import lines, record

from . import _state
from ._tensor import as_tensor, KerasTensor, map_nested, tensors_of

_order = 0


class Node:
    def __init__(self, operation, args, kwargs, answer):
        global _order
        _order += 1
        self.order = _order
        self.operation, self.args, self.kwargs = operation, args, kwargs
        self.place = lines.here()
        # New tensors, even where a layer gave back what it was given.
        self.answer = map_nested(self._output, answer)
        self.outputs = tensors_of(self.answer)

    def _output(self, value):
        if not isinstance(value, KerasTensor):
            return value
        made = KerasTensor._of(value._raw, value._dtype)
        made.name, made._node = getattr(self.operation, 'name', 'input'), self
        return made

    def inputs(self):
        return [tensor for tensor in tensors_of([self.args, self.kwargs]) if symbolic(tensor)]

    def run(self, values):
        """Calls the operation again, on what now stands for its inputs."""
        fill = lambda value: values.get(id(value), value)  # noqa: E731
        args, kwargs = map_nested(fill, self.args), map_nested(fill, self.kwargs)
        session = record.current
        if session is None:
            return self.operation(*args, **kwargs)
        before = session.call, session.built
        session.call, session.built = self.place, None
        try:
            return self.operation(*args, **kwargs)
        finally:
            session.call, session.built = before


def symbolic(value):
    return getattr(value, '_node', None) is not None


def remembered(operation, args, kwargs, answer):
    """The answer of an outermost call, as a node's outputs where an input was symbolic."""
    if _state.depth or not any(map(symbolic, tensors_of([args, kwargs]))):
        return answer
    return Node(operation, args, kwargs, answer).answer


class Operation:
    """A function that is one operation of a functional model, such as `keras.ops.relu`."""

    def __init__(self, function, title):
        functools.update_wrapper(self, function)
        self.function, self.title = function, title
        self.name = title

    def __call__(self, *args, **kwargs):
        args = map_nested(as_tensor, args)
        with _state.inside():
            answer = self.function(*args, **kwargs)
        if not _state.depth and any(map(symbolic, tensors_of([args, kwargs]))):
            _state.auto_name(self.title)
        return remembered(self, args, kwargs, answer)

    def __get__(self, instance, kind=None):
        return self if instance is None else functools.partial(self, instance)


def operation(title):
    return lambda function: Operation(function, title)


def nodes_between(inputs, outputs):
    """Every node that the outputs depend on, in the order in which they were made."""
    given = {id(tensor) for tensor in inputs}
    found, pending = {}, [tensor for tensor in outputs if id(tensor) not in given]
    while pending:
        tensor = pending.pop()
        node = tensor._node
        if node is None or id(node) in found:
            continue
        if node.operation is None:
            raise ValueError(f'Graph disconnected: cannot obtain value for tensor {tensor!r}, which is no input of the model')
        found[id(node)] = node
        pending.extend(t for t in node.inputs() if id(t) not in given)
    return sorted(found.values(), key=lambda node: node.order)


def run(nodes, values):
    """Runs nodes again; `values` maps the id of a symbolic tensor to what stands for it now."""
    for node in nodes:
        with _state.inside():
            answer = node.run(values)
        for symbol, value in zip(node.outputs, tensors_of(answer)):
            values[id(symbol)] = value
    return values


def layers_in_order(nodes, inputs, outputs):
    """As Keras lists them: by how far they are from the outputs, then as a walk from the outputs meets them."""
    entries = [tensor._node for tensor in inputs]
    known = {id(node): node for node in [*entries, *nodes]}
    met = _met([tensor._node for tensor in outputs], known)
    depths, of_operation = {}, {}
    for node in sorted(known.values(), key=lambda node: -node.order):
        owner = id(_owner(node))
        depth = of_operation[owner] = max(depths.get(id(node), 0), of_operation.get(owner, 0))
        for tensor in node.inputs():
            parent = id(tensor._node)
            depths[parent] = max(depth + 1, depths.get(parent, 0))
    owners = {id(_owner(node)): _owner(node) for node in known.values()}
    ordered = sorted(owners, key=lambda owner: (-of_operation[owner], met.get(owner, len(met))))
    return [owners[owner] for owner in ordered if hasattr(owners[owner], '_flatten_layers')]


def _owner(node):
    """The layer of a node; a function is another operation each time."""
    if node.operation is None:
        return node.operation_of_input
    return node if isinstance(node.operation, Operation) else node.operation


def _met(ends, known):
    """Owners in the order in which a walk from the outputs first meets them."""
    met, seen, pending = {}, set(), list(reversed(ends))
    while pending:
        node = pending.pop()
        if id(node) in seen or id(node) not in known:
            continue
        seen.add(id(node))
        met.setdefault(id(_owner(node)), len(met))
        pending.extend(tensor._node for tensor in reversed(node.inputs()))
    return met
