"""Activations, softmax and dropout."""

from _espalier import record
from torch import _ops

from .module import Layer, Module


class _Activation(Layer):
    inplace = False

    def __init__(self, inplace=False):
        super().__init__()
        self.inplace = inplace

    def forward(self, input):
        out = super().forward(input)
        return input._become(out) if self.inplace else out


def _plain(name, op):
    return type(name, (_Activation,), {'_op': op, '__module__': __name__})


ReLU = _plain('ReLU', 'relu')
ReLU6 = _plain('ReLU6', 'relu6')
SiLU = _plain('SiLU', 'silu')
Mish = _plain('Mish', 'mish')
Sigmoid = _plain('Sigmoid', 'sigmoid')
Tanh = _plain('Tanh', 'tanh')
Hardswish = _plain('Hardswish', 'hardSwish')
Hardsigmoid = _plain('Hardsigmoid', 'hardSigmoid')


class LeakyReLU(_Activation):
    _op = 'leakyRelu'

    def __init__(self, negative_slope=0.01, inplace=False):
        super().__init__(inplace)
        self.negative_slope = negative_slope

    def _attrs(self):
        return {'slope': float(self.negative_slope)}


class ELU(_Activation):
    _op = 'elu'

    def __init__(self, alpha=1.0, inplace=False):
        super().__init__(inplace)
        self.alpha = alpha

    def _attrs(self):
        return {'alpha': float(self.alpha)}


class GELU(_Activation):
    _op = 'gelu'

    def __init__(self, approximate='none'):
        super().__init__()
        self.approximate = approximate

    def _attrs(self):
        return {'approximate': self.approximate}


class Softplus(_Activation):
    _op = 'softplus'

    def __init__(self, beta=1, threshold=20):
        super().__init__()
        self.beta, self.threshold = beta, threshold

    def forward(self, input):
        usual = self.beta == 1 and self.threshold == 20
        return super().forward(input) if usual else _ops.elementwise('softplus with beta', input)


class Softmax(Module):
    _kind = 'softmax'

    def __init__(self, dim=None):
        super().__init__()
        self.dim = dim

    def forward(self, input):
        return _ops.softmax(self._kind, input, self.dim)


class LogSoftmax(Softmax):
    _kind = 'logSoftmax'


class Softmax2d(Softmax):
    def __init__(self):
        super().__init__(1)


class _Elementwise(Module):
    """Activations outside the op table: shapes are known, channels stop."""

    def __init__(self, *args, **kwargs):
        super().__init__()

    def forward(self, input):
        return _ops.elementwise(type(self).__name__, input)


def _barrier(name):
    return type(name, (_Elementwise,), {'__module__': __name__})


Hardtanh, SELU, CELU, LogSigmoid, Softsign, Tanhshrink = map(
    _barrier, ('Hardtanh', 'SELU', 'CELU', 'LogSigmoid', 'Softsign', 'Tanhshrink')
)
Hardshrink, Softshrink, Threshold, RReLU, Softmin = map(
    _barrier, ('Hardshrink', 'Softshrink', 'Threshold', 'RReLU', 'Softmin')
)


class Dropout(Layer):
    _op = 'dropout'

    def __init__(self, p=0.5, inplace=False):
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f'dropout probability has to be between 0 and 1, but got {p}')
        self.p, self.inplace = p, inplace

    def _attrs(self):
        return {'rate': float(self.p)}


Dropout1d, Dropout2d, Dropout3d, AlphaDropout, FeatureAlphaDropout = (
    type(name, (Dropout,), {'__module__': __name__})
    for name in ('Dropout1d', 'Dropout2d', 'Dropout3d', 'AlphaDropout', 'FeatureAlphaDropout')
)


class PReLU(Module):
    def __init__(self, num_parameters=1, init=0.25, device=None, dtype=None):
        super().__init__()
        from torch import _constant
        from torch.nn.parameter import Parameter

        self.num_parameters = num_parameters
        self.weight = Parameter(_constant.filled([num_parameters], init))

    def forward(self, input):
        return record.unknown('PReLU', [input], [input.shape])[0]
