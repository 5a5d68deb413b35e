"""Initialisers: which distribution weights start from."""

import math

from _espalier.inert import Inert

# Keras has a folder here, whose files people import from.
__path__ = []

class Initializer:
    def start(self, shape):
        """The graph's Init, or None where it cannot be said."""
        return None

    def __call__(self, shape, dtype=None, **_):
        from torch import _constant

        made = _constant.make(shape)
        made._init = self.start(shape)
        return made

    def get_config(self):
        return {}

    @classmethod
    def from_config(cls, config):
        return cls(**config)

    def clone(self):
        return self


def fans(shape):
    """Inputs and outputs that one weight of a kernel connects, receptive field included (Glorot & Bengio 2010)."""
    if len(shape) < 2:
        return (shape[0], shape[0]) if shape else (1, 1)
    field = math.prod(shape[:-2])
    return shape[-2] * field, shape[-1] * field


class Constant(Initializer):
    def __init__(self, value=0.0):
        self.value = value

    def start(self, shape):
        plain = isinstance(self.value, (int, float))
        return {'kind': 'constant', 'value': float(self.value)} if plain else None


class Zeros(Constant):
    def __init__(self):
        super().__init__(0.0)


class Ones(Constant):
    def __init__(self):
        super().__init__(1.0)


class RandomNormal(Initializer):
    def __init__(self, mean=0.0, stddev=0.05, seed=None):
        self.stddev = stddev

    def start(self, shape):
        return {'kind': 'normal', 'std': float(self.stddev)}


class TruncatedNormal(RandomNormal):
    pass


class RandomUniform(Initializer):
    def __init__(self, minval=-0.05, maxval=0.05, seed=None):
        self.bound = max(abs(minval), abs(maxval))

    def start(self, shape):
        return {'kind': 'uniform', 'bound': float(self.bound)}


class Orthogonal(Initializer):
    def __init__(self, gain=1.0, seed=None):
        self.gain = gain

    def start(self, shape):
        # Rows of an orthogonal matrix have length one.
        return {'kind': 'normal', 'std': float(self.gain) / math.sqrt(max(1, shape[0] if shape else 1))}


class Identity(Initializer):
    def __init__(self, gain=1.0):
        pass


class VarianceScaling(Initializer):
    def __init__(self, scale=1.0, mode='fan_in', distribution='truncated_normal', seed=None):
        self.scale, self.mode, self.distribution = scale, mode, distribution

    def start(self, shape):
        before, after = fans(shape)
        by = {'fan_in': before, 'fan_out': after}.get(str(self.mode).lower(), (before + after) / 2)
        variance = self.scale / max(1.0, by)
        if self.distribution == 'uniform':
            return {'kind': 'uniform', 'bound': math.sqrt(3 * variance)}
        return {'kind': 'normal', 'std': math.sqrt(variance)}


def _scaling(name, scale, mode, distribution):
    def __init__(self, seed=None):
        VarianceScaling.__init__(self, scale, mode, distribution)

    return type(name, (VarianceScaling,), {'__init__': __init__, '__module__': __name__})


GlorotUniform = _scaling('GlorotUniform', 1.0, 'fan_avg', 'uniform')
GlorotNormal = _scaling('GlorotNormal', 1.0, 'fan_avg', 'truncated_normal')
HeUniform = _scaling('HeUniform', 2.0, 'fan_in', 'uniform')
HeNormal = _scaling('HeNormal', 2.0, 'fan_in', 'truncated_normal')
LecunUniform = _scaling('LecunUniform', 1.0, 'fan_in', 'uniform')
LecunNormal = _scaling('LecunNormal', 1.0, 'fan_in', 'truncated_normal')

_named = {
    'zeros': Zeros, 'ones': Ones, 'constant': Constant, 'random_normal': RandomNormal, 'normal': RandomNormal,
    'random_uniform': RandomUniform, 'uniform': RandomUniform, 'truncated_normal': TruncatedNormal,
    'glorot_uniform': GlorotUniform, 'glorot_normal': GlorotNormal, 'he_uniform': HeUniform, 'he_normal': HeNormal,
    'lecun_uniform': LecunUniform, 'lecun_normal': LecunNormal, 'variance_scaling': VarianceScaling,
    'orthogonal': Orthogonal, 'identity': Identity,
}  # fmt: skip
zeros, ones, constant, identity, orthogonal = Zeros, Ones, Constant, Identity, Orthogonal
random_normal, random_uniform, truncated_normal = RandomNormal, RandomUniform, TruncatedNormal
glorot_uniform, glorot_normal, he_uniform, he_normal = GlorotUniform, GlorotNormal, HeUniform, HeNormal
lecun_uniform, lecun_normal, variance_scaling = LecunUniform, LecunNormal, VarianceScaling


def get(identifier):
    """An initialiser by name, configuration or as it is."""
    if isinstance(identifier, dict):
        kind = _by_class(identifier.get('class_name', ''))
        return kind(**identifier.get('config', {})) if kind else Initializer()
    if isinstance(identifier, str):
        kind = _named.get(identifier.lower()) or _by_class(identifier)
        if kind is None:
            raise ValueError(f'Could not interpret initializer identifier: {identifier}')
        return kind()
    return identifier() if isinstance(identifier, type) else identifier


def _by_class(name):
    found = globals().get(name)
    return found if isinstance(found, type) else None


def start_of(identifier, shape):
    made = get(identifier)
    return made.start(shape) if isinstance(made, Initializer) else None


def __getattr__(name):
    if name.startswith('_'):
        raise AttributeError(name)
    return Inert(f'keras.initializers.{name}')
