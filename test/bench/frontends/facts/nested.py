"""As much of the package optree as building a Keras model takes, for machines that have Keras' source but not optree."""

import collections
import types


class Spec:
    """How a nested structure is put together again: `make(children)`, or a leaf where there are none."""

    def __init__(self, make=None, children=(), is_none=False):
        self.make, self.children, self.is_none = make, list(children), is_none
        whole = self.make is not None or is_none
        self.num_leaves = sum(child.num_leaves for child in self.children) if whole else 1
        self.num_nodes = 1 + sum(child.num_nodes for child in self.children)


_registered = set()


def _children(value):
    """(keys, values, make) of a container; None of a leaf."""
    if type(value) in _registered:
        children, metadata, *keys = value.tree_flatten()
        return keys[0] if keys else range(len(children)), list(children), lambda items: type(value).tree_unflatten(metadata, items)
    if isinstance(value, tuple) and hasattr(value, '_fields'):
        return range(len(value)), list(value), lambda items: type(value)(*items)
    if type(value) in (list, tuple, collections.deque):
        return range(len(value)), list(value), type(value)
    if isinstance(value, collections.OrderedDict):
        return list(value), list(value.values()), lambda items: type(value)(zip(value, items))
    if type(value) in (dict, collections.defaultdict):
        keys = sorted(value)
        return keys, [value[key] for key in keys], lambda items: dict(zip(keys, items))
    return None


def _walk(value, is_leaf, none_is_leaf, path, rows):
    if is_leaf is not None and is_leaf(value):
        parts = None
    elif value is None and not none_is_leaf:
        return Spec(is_none=True)
    else:
        parts = _children(value)
    if parts is None:
        rows.append((path, value))
        return Spec()
    keys, values, make = parts
    return Spec(make, [_walk(v, is_leaf, none_is_leaf, (*path, k), rows) for k, v in zip(keys, values)])


def tree_flatten_with_path(tree, is_leaf=None, none_is_leaf=False, namespace=''):
    rows = []
    spec = _walk(tree, is_leaf, none_is_leaf, (), rows)
    return [path for path, _ in rows], [leaf for _, leaf in rows], spec


def tree_flatten(tree, is_leaf=None, none_is_leaf=False, namespace=''):
    _, leaves, spec = tree_flatten_with_path(tree, is_leaf, none_is_leaf)
    return leaves, spec


def tree_paths(tree, **options):
    return tree_flatten_with_path(tree, **options)[0]


def tree_unflatten(spec, leaves):
    return _build(spec, iter(leaves))


def _build(spec, leaves):
    if spec.is_none:
        return None
    if spec.make is None:
        return next(leaves)
    return spec.make([_build(child, leaves) for child in spec.children])


def tree_is_leaf(value, is_leaf=None, none_is_leaf=False, namespace=''):
    if is_leaf is not None and is_leaf(value):
        return True
    return none_is_leaf if value is None else _children(value) is None


def tree_map(function, tree, *rests, is_leaf=None, none_is_leaf=False, namespace=''):
    leaves, spec = tree_flatten(tree, is_leaf, none_is_leaf)
    others = [_up_to(spec, rest) for rest in rests]
    return tree_unflatten(spec, [function(*row) for row in zip(leaves, *others)])


def _up_to(spec, tree):
    if spec.make is None:
        return [] if spec.is_none else [tree]
    parts = _children(tree)
    if parts is None or len(parts[1]) != len(spec.children):
        raise ValueError('structures differ')
    return [leaf for child, part in zip(spec.children, parts[1]) for leaf in _up_to(child, part)]


def register_pytree_node_class(kind, namespace=''):
    _registered.add(kind)
    return kind


def register_pytree_node(*args, namespace=''):
    """Containers of TensorFlow's, which is not there."""


utils = types.ModuleType('optree.utils')
