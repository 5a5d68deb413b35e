"""Puts recorded nodes into the order in which the code made them: what was made of parameters alone is recorded late."""


def arranged(inputs, nodes, turns, outputs):
    """(nodes, outputs) with values renumbered. A node without inputs comes right before the first that takes it."""
    if all(a < b for a, b in zip(turns, turns[1:])):
        return nodes, outputs
    first, maker = [], {}
    value = inputs
    for i, node in enumerate(nodes):
        first.append(value)
        for _ in range(node[-1]):
            maker[value] = i
            value += 1
    numbers = {i: i for i in range(inputs)}
    done, ordered = set(), []

    def put(i):
        done.add(i)
        node = list(nodes[i])
        node[1] = [numbers[taken] for taken in node[1]]
        for k in range(node[-1]):
            numbers[first[i] + k] = len(numbers)
        ordered.append(node)

    for i in sorted((i for i, node in enumerate(nodes) if node[1]), key=turns.__getitem__):
        # Not by recursion: what a node waits for may wait in turn.
        pending = [i]
        while pending:
            waiting = [maker[v] for v in nodes[pending[-1]][1] if v in maker and maker[v] not in done]
            if waiting:
                pending.extend(waiting)
            elif (last := pending.pop()) not in done:
                put(last)
    for i in range(len(nodes)):
        if i not in done:
            put(i)
    return ordered, [numbers[value] for value in outputs]
