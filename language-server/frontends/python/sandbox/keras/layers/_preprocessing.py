"""Preprocessing: augmentation does nothing at inference, scaling is arithmetic, and lookups are barriers of known shape."""

from .. import ops
from .._emit import barrier, emit, part, sizes
from ._plain import Spatial, size
from ._activation import _Inert
from .layer import Layer

_AUGMENTATION = (
    'RandomFlip RandomRotation RandomZoom RandomTranslation RandomContrast RandomBrightness RandomShear RandomHue '
    'RandomSaturation RandomColorJitter RandomColorDegeneration RandomGrayscale RandomPosterization RandomSharpness RandomErasing '
    'RandomGaussianBlur RandomInvert RandomPerspective RandomElasticTransform AutoContrast AugMix CutMix MixUp RandAugment '
    'Equalization Solarization ContrastLimitedAdaptiveHistogramEqualization MaxNumBoundingBoxes RandomWidth RandomHeight'
).split()
globals().update({name: type(name, (_Inert,), {'__module__': __name__}) for name in _AUGMENTATION})


class Rescaling(Layer):
    def __init__(self, scale, offset=0.0, **kwargs):
        super().__init__(**kwargs)
        self.scale, self.offset = scale, offset

    def call(self, inputs):
        if isinstance(self.offset, (int, float)) and not self.offset:
            return ops.multiply(inputs, self.scale)
        with part(self, 'scale'):
            scaled = ops.multiply(inputs, self.scale)
        return ops.add(scaled, self.offset)


class Normalization(Layer):
    """With a mean and a variance of its own it has no weights; otherwise it learns them from data before training."""

    def __init__(self, axis=-1, mean=None, variance=None, invert=False, **kwargs):
        super().__init__(**kwargs)
        self.axis = [] if axis is None else list(axis) if isinstance(axis, (tuple, list)) else [axis]
        self.mean, self.variance = mean, variance

    def build(self, input_shape):
        if self.mean is None:
            shape = tuple(input_shape[axis] for axis in self.axis)
            self.adapt_mean = self.add_weight(shape, 'zeros', name='mean', trainable=False)
            self.adapt_variance = self.add_weight(shape, 'ones', name='variance', trainable=False)
            self.count = self.add_weight((), 'zeros', name='count', dtype='int', trainable=False)

    def call(self, inputs):
        return barrier('Normalization', [inputs], [sizes(inputs)])[0]


class Resizing(Spatial):
    def __init__(self, height, width, interpolation='bilinear', data_format=None, **kwargs):
        kwargs = {key: value for key, value in kwargs.items() if key in ('name', 'dtype', 'trainable', 'input_shape')}
        super().__init__(data_format=data_format, **kwargs)
        self.height, self.width, self.interpolation = size(height, 'height'), size(width, 'width'), interpolation

    def over(self, x):
        if len(sizes(x)) != 4:
            return barrier('Resizing', [x], [(self.height, self.width, sizes(x)[-1])])[0]
        attrs = {'size': [self.height, self.width], 'mode': self.interpolation, 'alignCorners': False}
        return emit('interpolate', [x], attrs)[0]


class CenterCrop(Resizing):
    def __init__(self, height, width, data_format=None, **kwargs):
        super().__init__(height, width, data_format=data_format, **kwargs)

    def over(self, x):
        batch, height, width, channels = sizes(x)
        if height < self.height or width < self.width:
            return barrier('CenterCrop', [x], [(batch, self.height, self.width, channels)])[0]
        with part(self, 'rows'):
            x = self._cut(x, 1, height, self.height)
        return self._cut(x, 2, width, self.width)

    def _cut(self, x, axis, have, wanted):
        attrs = {'axis': axis, 'start': (have - wanted) // 2, 'length': wanted, 'step': 1}
        return emit('slice', [x], attrs)[0]


class RandomCrop(CenterCrop):
    pass


class _Lookup(Layer):
    """Text and categories to numbers. What it makes is told by its arguments."""

    def __init__(self, *args, output_mode='int', max_tokens=None, num_tokens=None, num_bins=None, vocabulary=None,
                 output_sequence_length=None, bin_boundaries=None, name=None, **kwargs):  # fmt: skip
        super().__init__(name=name)
        first = args[0] if args and isinstance(args[0], int) else None
        self.output_mode, self.output_sequence_length = output_mode, output_sequence_length
        known = len(vocabulary) + 1 if isinstance(vocabulary, (list, tuple)) else None
        bins = len(bin_boundaries) + 1 if bin_boundaries is not None else None
        self._width = num_tokens or num_bins or max_tokens or bins or known or first or 1

    def call(self, inputs, *args, **kwargs):
        shape = list(sizes(inputs[0] if isinstance(inputs, (list, tuple)) else inputs))
        if self.output_mode in ('multi_hot', 'one_hot', 'count', 'tf_idf', 'binary', 'tf-idf'):
            keeps = self.output_mode == 'one_hot' and shape[-1:] != [1]
            shape = [*(shape if keeps else shape[:-1] or shape), self._width]
        elif self.output_sequence_length is not None:
            shape = [shape[0], self.output_sequence_length]
        given = inputs if isinstance(inputs, (list, tuple)) else [inputs]
        return barrier(type(self).__name__, given, [shape])[0]

    def get_vocabulary(self, *args, **kwargs):
        return [''] * self._width

    def vocabulary_size(self):
        return self._width

    vocab_size = vocabulary_size
    set_vocabulary = load_assets = save_assets = lambda self, *args, **kwargs: None  # noqa: E731


class CategoryEncoding(_Lookup):
    def __init__(self, num_tokens=None, output_mode='multi_hot', **kwargs):
        super().__init__(num_tokens=num_tokens, output_mode=output_mode, **kwargs)


_LOOKUPS = ('Discretization', 'Hashing', 'HashedCrossing', 'StringLookup', 'IntegerLookup', 'TextVectorization')
globals().update({name: type(name, (_Lookup,), {'__module__': __name__}) for name in _LOOKUPS})
