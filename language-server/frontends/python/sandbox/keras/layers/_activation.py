"""Activations that are layers of their own, and what does nothing at inference: dropout and noise."""

from .. import activations
from .._emit import barrier, emit, sizes
from .layer import Layer


class ReLU(Layer):
    def __init__(self, max_value=None, negative_slope=0.0, threshold=0.0, **kwargs):
        super().__init__(**kwargs)
        self.max_value, self.negative_slope, self.threshold = max_value, negative_slope, threshold

    def call(self, inputs):
        return activations.relu(inputs, self.negative_slope, self.max_value, self.threshold)


class LeakyReLU(Layer):
    def __init__(self, negative_slope=0.3, alpha=None, **kwargs):
        super().__init__(**kwargs)
        self.negative_slope = negative_slope if alpha is None else alpha

    def call(self, inputs):
        return activations.leaky_relu(inputs, self.negative_slope)


class ELU(Layer):
    def __init__(self, alpha=1.0, **kwargs):
        super().__init__(**kwargs)
        self.alpha = alpha

    def call(self, inputs):
        return activations.elu(inputs, self.alpha)


class PReLU(Layer):
    def __init__(self, alpha_initializer='zeros', shared_axes=None, **kwargs):
        super().__init__(**kwargs)
        self.alpha_initializer = alpha_initializer
        self.shared_axes = [shared_axes] if isinstance(shared_axes, int) else list(shared_axes or [])

    def build(self, input_shape):
        shape = list(input_shape[1:])
        for axis in self.shared_axes:
            shape[axis - 1] = 1
        self.alpha = self.add_weight(shape, self.alpha_initializer, name='alpha')

    def call(self, inputs):
        if list(self.alpha.shape[:-1]) == [1] * (len(self.alpha.shape) - 1):
            return emit('preluChannels', [inputs], {'shape': list(self.alpha.shape)}, self, {'weight': self.alpha})[0]
        return barrier('PReLU with a slope for each position', [inputs], [sizes(inputs)])[0]


class Softmax(Layer):
    def __init__(self, axis=-1, **kwargs):
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, inputs, mask=None):
        return activations.softmax(inputs, self.axis)


class Dropout(Layer):
    def __init__(self, rate, noise_shape=None, seed=None, **kwargs):
        super().__init__(**kwargs)
        if not 0 <= rate <= 1:
            raise ValueError(f'Invalid value received for argument `rate`. Expected a float value between 0 and 1. Received: rate={rate}')
        self.rate, self.noise_shape, self.seed = rate, noise_shape, seed

    def call(self, inputs, training=None):
        return emit('dropout', [inputs], {'rate': float(self.rate)})[0]


class SpatialDropout1D(Dropout):
    def __init__(self, rate, data_format=None, seed=None, **kwargs):
        super().__init__(rate, seed=seed, **kwargs)


class SpatialDropout2D(SpatialDropout1D):
    pass


class SpatialDropout3D(SpatialDropout1D):
    pass


class AlphaDropout(Dropout):
    pass


class GaussianDropout(Dropout):
    def __init__(self, rate, seed=None, **kwargs):
        super().__init__(rate, seed=seed, **kwargs)


class _Inert(Layer):
    """What does something in training alone."""

    def __init__(self, *args, name=None, **kwargs):
        super().__init__(name=name)

    def call(self, inputs, training=None):
        return emit('identity', [inputs], {})[0]


class GaussianNoise(_Inert):
    pass


class ActivityRegularization(_Inert):
    pass
