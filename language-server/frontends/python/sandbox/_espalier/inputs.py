"""Searches for an input that a model's forward accepts, where the author did not say one."""

import inspect
import math

from . import arguments
from .dims import BatchDim
from .host import ShapeMismatch

# People's sizes first; what a flatten into a linear layer wants is found by bisection when none of them fits.
_COMMON = (28, 32, 64, 96, 112, 128, 160, 192, 224, 227, 256, 299, 384, 512)
_LARGEST = 1024


class Found:
    def __init__(self, shapes, attempt):
        self.shapes = shapes
        self.attempt = attempt


def required_inputs(module):
    """How many tensors forward cannot do without."""
    try:
        parameters = list(inspect.signature(module.forward).parameters.values())
    except (TypeError, ValueError):
        return 1
    wanted = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) and p.default is p.empty]
    return max(1, len(wanted))


def search(module, hints, forward):
    """`forward(shapes)` answers with an attempt: `.error` (None when it went through), `.nodes`, `.batch`.

    Returns the shapes and the attempt that went through, or the attempt that came furthest.
    """
    first = _first_layer(module)
    if first is None:
        return None
    shapes, sizes = hints
    named = arguments.wanted(module)
    if named:
        return _search_named(module, first, *named, sizes, forward)
    kind, width = first
    count = required_inputs(module)
    tried = []

    def attempt(shape):
        result = forward([arguments.given(shape, whole=kind == 'tokens')] * count)
        tried.append((shape, result))
        return result

    said = dict.fromkeys((1, *shape[1:]) for shape in shapes if len(shape) > 1)
    hinted = [shape for shape in said if shape[1 if kind == 'conv2d' else -1] == width]
    look = {'conv2d': _images, 'latent': _latents, 'conv1d': _sequences, 'tokens': _tokens, 'conv3d': _volumes}.get(kind, _features)
    # What is written but fits no layer may be an image that is cut up before the first one.
    others = [shape for shape in said if len(shape) > 2 and shape not in hinted][:8]
    if _first_fit(hinted, attempt) or look(module, width, sizes, attempt) or _first_fit(others, attempt):
        shape, result = tried[-1]
        return Found([shape] * count, result)
    # max gives the first of equals, which is the size that people would have expected.
    best = max(tried, key=lambda pair: pair[1].nodes) if tried else None
    return Found([best[0]] * count, best[1]) if best else None


def _search_named(module, first, main, others, sizes, forward):
    """The main input alone, then with more and more of those that may be needed too."""
    best = None
    for count in range(len(others) + 1):

        def attempt(shape, extra=others[:count]):
            nonlocal best
            shapes = [_named(name, sizes) for name, sizes in ((main, shape), *((name, usual[name]) for name in extra))]
            result = forward(shapes)
            if best is None or result.fits or result.nodes > best.attempt.nodes:
                best = Found(shapes, result)
            return result

        usual = {name: next(iter(_usual(module, first, name)), (1, 16)) for name in others[:count]}
        if _first_fit(_usual(module, first, main), attempt):
            break
        if first[0] == 'conv2d' and arguments.kind_of(main) == 'image' and _images(module, first[1], sizes, attempt):
            break
    return best


def _named(name, shape):
    return arguments.given(shape, name, arguments.holds_numbers(name))


def _usual(module, first, name):
    """Shapes to try for an argument of this name."""
    kind, width = first
    what = arguments.kind_of(name)
    if what == 'tokens':
        return [(1, length) for length in (16, 128, 64, 32)]
    if what == 'image':
        channels = arguments.said(module, 'num_channels', 'in_channels', 'in_chans') or 3
        image = arguments.image(module, channels)
        frames = arguments.said(module, 'num_frames')
        images = [image] if image else []
        return [(1, frames, *sizes) for sizes in images] if kind == 'conv3d' and frames else [(1, *sizes) for sizes in images]
    bins = arguments.said(module, 'num_mel_bins', 'input_feat_per_channel', 'feature_size')
    if bins is None:
        return [(1, length) for length in (16_000, 32_000)]
    lengths = dict.fromkeys([128, *arguments.numbers(module, 16, 4096)])
    # Features are bins by frames for convolutions along time; values are a spectrogram's rows, frame by frame.
    frames_first = name == 'input_values'
    both = [((1, length, bins), (1, bins, length)) for length in lengths]
    return [shape for pair in both for shape in (pair if frames_first else reversed(pair))]


def _first_fit(shapes, attempt):
    return any(attempt(shape).fits for shape in shapes)


# The op of a layer → what kind of input it takes, and the attribute that says how wide.
_WANTS = {
    'conv2d': ('conv2d', 'in_channels'), 'conv1d': ('conv1d', 'in_channels'), 'conv3d': ('conv3d', 'in_channels'),
    'convTranspose1d': ('conv1d', 'in_channels'), 'convTranspose2d': ('latent', 'in_channels'),
    'linear': ('linear', 'in_features'), 'embedding': ('tokens', 'embedding_dim'), 'lstm': ('linear', 'input_size'),
    'gru': ('linear', 'input_size'), 'rnn': ('linear', 'input_size'), 'groupNorm': ('conv2d', 'num_channels'),
    'multiheadAttention': ('linear', 'embed_dim'),
}  # fmt: skip


def _first_layer(module):
    """What the first layer with weights wants: (kind, channels or features)."""
    patch = None
    for layer in module.modules():
        op = getattr(layer, '_op', None)
        patch = patch or getattr(layer, '_patch', None)
        if op in _WANTS:
            kind, width = _WANTS[op]
            # A lazy layer takes whatever comes first.
            wanted = (kind, getattr(layer, width)) if hasattr(layer, width) else None
            return _of_patches(wanted, patch)
        if (op == 'batchNorm2d' or op == 'instanceNorm') and hasattr(layer, 'num_features'):
            return ('linear' if type(layer).__name__ == 'BatchNorm1d' else 'conv2d'), layer.num_features
        if op == 'layerNorm' or op == 'rmsNorm':
            return _of_patches(('linear', layer.normalized_shape[-1]), patch)
    return None


def _of_patches(wanted, patch):
    """Features that are the pixels of patches, which a layer before cuts out of an image."""
    cut = wanted is not None and wanted[0] == 'linear' and patch and wanted[1] % patch == 0
    return ('conv2d', wanted[1] // patch) if cut else wanted


def takes_tokens(module):
    """Whether the first layer with weights looks words up."""
    first = _first_layer(module)
    return first is not None and first[0] == 'tokens'


def _images(module, channels, sizes, attempt):
    """Square images. Whether the last attempt fits."""
    low, high = 0, _LARGEST + 1
    own = arguments.image(module, channels)
    own = own[-1:] if own and own[-1] == own[-2] else []
    for size in dict.fromkeys([*own, *sizes, *_preferred(module, channels), *_COMMON]):
        if not low < size < high:
            continue
        result = attempt((1, channels, size, size))
        if result.fits:
            return True
        way = direction(result)
        if way is None:
            # The size is not at fault; perhaps another layer is called first, and says what it wants.
            wanted = _first_wish(result)
            return bool(wanted) and wanted != channels and _images(module, wanted, sizes, attempt)
        low, high = (max(low, size), high) if way > 0 else (low, min(high, size))
    # None of the common ones: the smallest that fits, by bisection.
    smallest = None
    while high - low > 1:
        size = (low + high) // 2
        result = attempt((1, channels, size, size))
        way = 0 if result.fits else direction(result)
        if way is None:
            break
        low, high = (size, high) if way > 0 else (low, size)
        smallest = size if way == 0 else smallest
    return smallest is not None and attempt((1, channels, smallest, smallest)).fits


def _preferred(module, channels):
    """28 for grey images. For colour, 224 where the network is built for it, else the 32 of CIFAR."""
    if channels == 1:
        return [28, 32, 64]
    if channels != 3:
        return [32, 28, 64]
    layers = [layer for layer in module.modules() if getattr(layer, '_op', None)]
    first = next((layer for layer in layers if layer._op == 'conv2d'), None)
    heads = [layer for layer in layers if layer._op == 'linear']
    classes = heads[-1].out_features if heads else None
    small_stem = first is not None and max(first.stride) == 1 and max(first.kernel_size) <= 5
    for_cifar = classes in (10, 100) and (small_stem or first is not None and max(first.stride) == 1)
    return [32, 224, 64] if for_cifar else [224, 32, 64]


def direction(result):
    """+1 when the image must be larger, -1 smaller, None when its size is not to blame."""
    if result.error is None:
        return 1 if result.batch < 1 else -1
    error = result.error
    if not isinstance(error, ShapeMismatch) or error.guess:
        return None
    if 'does not fit into' in str(error):
        return 1
    if error.op == 'linear' and error.shapes:
        have, want = error.shapes[0][-1], error.attrs['inFeatures']
        if isinstance(have, BatchDim) or result.nodes == 0:
            return None
        return 1 if have < want else -1
    if error.op == 'reshape' and error.shapes:
        have = _product(error.shapes[0])
        want = _product(dim for dim in error.attrs['shape'] if dim != -1)
        return 1 if have < want else -1
    if error.op == 'add' and len(error.shapes) == 2:
        return _against_positions(*error.shapes)
    if error.op == 'batchNorm2d' and error.shapes and len(error.shapes[0]) == 2:
        return 1 if error.shapes[0][-1] < error.attrs['features'] else -1
    return None


def _against_positions(a, b):
    """Learned positions of a fixed number, added to as many tokens as the image gives."""
    tokens, table = (a, b) if a and isinstance(a[0], BatchDim) else (b, a)
    if len(tokens) != len(table) or table[0] != 1:
        return None
    return next((1 if have < want else -1 for have, want in zip(tokens[1:], table[1:]) if 1 not in (have, want) and have != want), None)


def _product(dims):
    n = 1
    for dim in dims:
        n *= dim.batch if isinstance(dim, BatchDim) else dim['batch'] if isinstance(dim, dict) else dim
    return n


def _first_wish(result):
    error = result.error
    fresh = isinstance(error, ShapeMismatch) and result.nodes == 0 and error.op == 'conv2d'
    return error.attrs['inChannels'] if fresh else None


def _features(module, width, sizes, attempt):
    squares = [(channels, math.isqrt(width // channels)) for channels in (1, 3)]
    images = [(1, c, side, side) for c, side in squares if side > 1 and side * side * c == width]
    return _first_fit([(1, width), *images, (1, 16, width)], attempt)


def _latents(module, channels, sizes, attempt):
    return _first_fit([(1, channels, side, side) for side in (1, 4, 7, 8, 16, 32)], attempt)


def _sequences(module, channels, sizes, attempt):
    return _first_fit([(1, channels, length) for length in (128, 64, 256, 1024, 4096, 16_000, 32)], attempt)


def _tokens(module, width, sizes, attempt):
    return _first_fit([(1, length) for length in (16, 128, 64, 32)], attempt)


def _volumes(module, channels, sizes, attempt):
    return _first_fit([(1, channels, 16, side, side) for side in (16, 32, 64, 112)], attempt)
