"""The input of a Keras model: said by the model itself, by the file, or assumed and said so."""

import ast
import inspect

from _espalier.inputs import Found, direction

from . import _graph
from .models import Functional, Sequential

# Sides of the images that public data sets hold, with their channels.
_DATA = {
    'mnist': (28, 28, 1), 'fashion_mnist': (28, 28, 1), 'cifar10': (32, 32, 3), 'cifar100': (32, 32, 3),
}  # fmt: skip
_IMAGES = [(32, 32, 3), (224, 224, 3), (28, 28, 1), (64, 64, 3), (128, 128, 3), (256, 256, 3), (299, 299, 3)]
_KINDS = {'Conv1D': 'steps', 'Conv3D': 'volume', 'Embedding': 'tokens', 'LSTM': 'steps', 'GRU': 'steps', 'SimpleRNN': 'steps'}
_KINDS |= {'Bidirectional': 'steps', 'MultiHeadAttention': 'steps', 'Dense': 'features', 'Conv2D': 'image', 'Flatten': 'image'}
_SHAPES = {
    'image': _IMAGES,
    'steps': [(128, 64), (16, 8), (128, 1)],
    'volume': [(16, 64, 64, 3), (16, 32, 32, 1)],
    'tokens': [(128,), (16,)],
    'features': [(32,), (784,), (28, 28), (16, 32)],
}


def required(model):
    """How many tensors `call` cannot do without."""
    parameters = list(inspect.signature(model.call).parameters.values())
    own = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) and p.default is p.empty]
    return max(1, len([p for p in own if p.name not in ('training', 'mask')]))


def filled(structure, values):
    return _graph.map_nested(lambda tensor: values.get(id(tensor), tensor), structure)


def said(model):
    """Shapes that the model knows: of its Input, of what it was built or called with."""
    if isinstance(model, Functional) or isinstance(model, Sequential) and model._functional is not None:
        return [tuple(tensor._raw.shape) for tensor in model.inputs]
    return getattr(model, '_said_shapes', None)


def search(model, tree, run):
    shapes = said(model)
    if shapes:
        return Found(shapes, run(shapes))
    count, tried = required(model), []
    for shape in dict.fromkeys([*_hinted(tree), *_SHAPES[_kind(model)], *_SHAPES['features'], *_SHAPES['steps'], *_IMAGES]):
        found = Found([(1, *shape)] * count, run([(1, *shape)] * count))
        if found.attempt.fits:
            sides = '×'.join(map(str, shape))
            example = ', '.join(map(str, (1, *shape)))
            found.attempt.session.note(f'an input of N×{sides} is assumed; say it: # espalier: model NAME() input=({example})')
            return found
        tried.append(found)
        if direction(found.attempt) is None and len(tried) > 12:
            break
    return max(tried, key=lambda found: found.attempt.nodes) if tried else None


def _kind(model):
    """What the first layer that cares wants."""
    for layer in model._flatten_layers():
        for kind in type(layer).__mro__:
            if kind.__name__ in _KINDS:
                return _KINDS[kind.__name__]
    return 'image'


def _hinted(tree):
    """Shapes that the file gives to `build`, `Input`, `input_shape` and random arrays, and those of data sets it names."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, 'attr', getattr(node.func, 'id', ''))
            values = {word.arg: word.value for word in node.keywords}
            if name == 'Input':
                found.append(_literal(values.get('shape', node.args[0] if node.args else None)))
            elif name == 'build' and node.args:
                found.append(_batched(_literal(node.args[0])))
            elif name in ('zeros', 'ones', 'random', 'normal', 'uniform', 'rand', 'randn'):
                args = node.args[0] if len(node.args) == 1 else ast.Tuple(node.args, ast.Load())
                found.append(_batched(_literal(args)))
            found.append(_literal(values.get('input_shape')))
        name = getattr(node, 'attr', getattr(node, 'id', None))
        if isinstance(name, str):
            found.append(_DATA.get(name))
        if isinstance(node, ast.ImportFrom):
            found.extend(_DATA.get(alias.name) for alias in node.names)
    return [shape for shape in found if shape and all(isinstance(n, int) and n > 0 for n in shape)]


def _batched(shape):
    return shape[1:] if shape and len(shape) > 1 else None


def _literal(node):
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        return None
    return tuple(value) if isinstance(value, (tuple, list)) else None
