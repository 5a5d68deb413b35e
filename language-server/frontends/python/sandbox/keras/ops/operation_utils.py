"""Where a symbolic tensor comes from."""


def get_source_inputs(tensor):
    """The inputs that a tensor depends on."""
    found, seen, pending = [], set(), [tensor]
    while pending:
        node = pending.pop()._node
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if node.operation is None:
            found.append(node.answer)
        pending.extend(node.inputs())
    return found
