"""Activations, softmax and dropout."""

from _espalier import record
from torch import _elementwise
from torch._ops import tensor
from torch.nn import functional

from ._start import filled
from .module import Layer, Module


class _Activation(Layer):
    """One op of one tensor; what it is built with becomes attributes of the same meaning."""

    inplace = False

    def forward(self, input):
        input = tensor(input)
        out = record.op(self._op, [input], self._attrs(), self, shapes=[input.shape])[0]
        return input._become(out) if self.inplace else out


class _Plain(_Activation):
    def __init__(self, inplace=False):
        super().__init__()
        self.inplace = inplace


def _plain(name, op):
    return type(name, (_Plain,), {'_op': op, '__module__': __name__})


ReLU, ReLU6, SiLU, Mish = (_plain(*pair) for pair in (('ReLU', 'relu'), ('ReLU6', 'relu6'), ('SiLU', 'silu'), ('Mish', 'mish')))
Sigmoid, Tanh, SELU = (_plain(*pair) for pair in (('Sigmoid', 'sigmoid'), ('Tanh', 'tanh'), ('SELU', 'selu')))
Hardswish, Hardsigmoid = _plain('Hardswish', 'hardSwish'), _plain('Hardsigmoid', 'hardSigmoid')
LogSigmoid, Softsign = _plain('LogSigmoid', 'logSigmoid'), _plain('Softsign', 'softsign')
Tanhshrink = _plain('Tanhshrink', 'tanhshrink')


class LeakyReLU(_Activation):
    _op = 'leakyRelu'

    def __init__(self, negative_slope=0.01, inplace=False):
        super().__init__()
        self.negative_slope, self.inplace = negative_slope, inplace

    def _attrs(self):
        return {'slope': float(self.negative_slope)}


class RReLU(LeakyReLU):
    """At inference the slope is the middle of its range."""

    def __init__(self, lower=1.0 / 8, upper=1.0 / 3, inplace=False):
        super().__init__((lower + upper) / 2, inplace)
        self.lower, self.upper = lower, upper


class ELU(_Activation):
    _op = 'elu'

    def __init__(self, alpha=1.0, inplace=False):
        super().__init__()
        self.alpha, self.inplace = alpha, inplace

    def _attrs(self):
        return {'alpha': float(self.alpha)}


class CELU(ELU):
    _op = 'celu'


class GELU(_Activation):
    _op = 'gelu'

    def __init__(self, approximate='none'):
        super().__init__()
        self.approximate = approximate

    def _attrs(self):
        return {'approximate': self.approximate}


class Hardtanh(_Activation):
    _op = 'clamp'

    def __init__(self, min_val=-1.0, max_val=1.0, inplace=False):
        super().__init__()
        self.min_val, self.max_val, self.inplace = min_val, max_val, inplace

    def _attrs(self):
        return {'min': float(self.min_val), 'max': float(self.max_val)}


class Hardshrink(_Activation):
    _op = 'hardshrink'

    def __init__(self, lambd=0.5):
        super().__init__()
        self.lambd = lambd

    def _attrs(self):
        return {'lambda': float(self.lambd)}


class Softshrink(Hardshrink):
    _op = 'softshrink'


class Threshold(_Activation):
    _op = 'threshold'

    def __init__(self, threshold, value, inplace=False):
        super().__init__()
        self.threshold, self.value, self.inplace = threshold, value, inplace

    def _attrs(self):
        return {'threshold': float(self.threshold), 'value': float(self.value)}


class Softplus(_Activation):
    _op = 'softplus'

    def __init__(self, beta=1, threshold=20):
        super().__init__()
        self.beta, self.threshold = beta, threshold

    def forward(self, input):
        return super().forward(input) if self.beta == 1 else functional.softplus(input, self.beta)


class PReLU(_Activation):
    _op = 'prelu'

    def __init__(self, num_parameters=1, init=0.25, device=None, dtype=None):
        super().__init__()
        self.num_parameters = num_parameters
        self.weight = filled([num_parameters], init)

    def _attrs(self):
        return {'count': self.num_parameters}


class GLU(Module):
    def __init__(self, dim=-1):
        super().__init__()
        self.dim = dim

    def forward(self, input):
        return functional.glu(input, self.dim)


class Softmax(Module):
    _kind = 'softmax'

    def __init__(self, dim=None):
        super().__init__()
        self.dim = dim

    def forward(self, input):
        return _elementwise.softmax(self._kind, input, self.dim)


class LogSoftmax(Softmax):
    _kind = 'logSoftmax'


class Softmax2d(Softmax):
    def __init__(self):
        super().__init__(-3)


class Softmin(Softmax):
    def forward(self, input):
        return functional.softmin(input, self.dim)


class Dropout(_Activation):
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
