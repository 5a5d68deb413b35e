"""What Keras keeps for the whole program: the counters behind names, the open name scopes, and the calls under way."""

import re

# How many layers this trace has built.
built = 0
# Layers and functions being called; the outermost call on symbolic tensors is what a functional model remembers.
depth = 0
_uids = {}
# Full paths, innermost last.
_scopes = []


def snake_case(name):
    name = re.sub(r'\W+', '', name)
    name = re.sub('(.)([A-Z][a-z]+)', r'\1_\2', name)
    return re.sub('([a-z])([A-Z])', r'\1_\2', name).lower()


def auto_name(name):
    """`conv2d`, then `conv2d_1`, …"""
    name = snake_case(name)
    count = _uids.get(name, 0)
    _uids[name] = count + 1
    return f'{name}_{count}' if count else name


def next_uid(prefix=''):
    _uids[prefix] = _uids.get(prefix, 0) + 1
    return _uids[prefix]


def restart():
    """Each model is named as if it were the first that is built."""
    _uids.clear()
    _scopes.clear()


def path():
    return _scopes[-1] if _scopes else ''


def join(*parts):
    return '/'.join(part for part in parts if part)


class scope:
    """`with scope(path)`: variables made inside are called after it."""

    def __init__(self, full):
        self.full = full

    def __enter__(self):
        _scopes.append(self.full)
        return self

    def __exit__(self, *_):
        _scopes.pop()
        return False


class inside:
    """A call of a layer, or of a function that is one operation of a functional model."""

    def __enter__(self):
        global depth
        depth += 1

    def __exit__(self, *_):
        global depth
        depth -= 1
        return False
