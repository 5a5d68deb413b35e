"""Fully connected layers, and the layer that does nothing."""

from _espalier import record
from torch.nn import functional
from torch.nn._sizes import size

from ._start import uniform
from .module import Layer, Module, Weighted


class Linear(Weighted):
    _op = 'linear'

    def __init__(self, in_features, out_features, bias=True, device=None, dtype=None):
        super().__init__()
        self.in_features = size(in_features, 'in_features')
        self.out_features = size(out_features, 'out_features')
        self.weight = uniform([self.out_features, self.in_features], self.in_features)
        if bias:
            self.bias = uniform([self.out_features], self.in_features)
        else:
            self.register_parameter('bias', None)
        self.reset_parameters()

    def _attrs(self):
        return {
            'inFeatures': self.in_features,
            'outFeatures': self.out_features,
            'bias': self._parameters.get('bias') is not None,
        }

    def forward(self, input):
        if record.current is not None and id(self) in record.current.paths and not self._plain():
            return functional.linear(input, self.weight, self.bias)
        return super().forward(input)

    def _plain(self):
        """Whether the weight is still a parameter, and none that is computed in every forward pass."""
        return self._parameters.get('weight') is not None and tuple(self.weight.shape) == (self.out_features, self.in_features)


class NonDynamicallyQuantizableLinear(Linear):
    pass


class Bilinear(Weighted):
    _op = 'bilinear'

    def __init__(self, in1_features, in2_features, out_features, bias=True, device=None, dtype=None):
        super().__init__()
        self.in1_features, self.in2_features, self.out_features = in1_features, in2_features, out_features
        self.weight = uniform([out_features, in1_features, in2_features], in1_features)
        if bias:
            self.bias = uniform([out_features], in1_features)
        else:
            self.register_parameter('bias', None)
        self.reset_parameters()

    def _attrs(self):
        biased = self._parameters.get('bias') is not None
        return {'in1': self.in1_features, 'in2': self.in2_features, 'out': self.out_features, 'bias': biased}

    def forward(self, input1, input2):
        shape = record.Size([*input1.shape[:-1], self.out_features])
        return record.op(self._op, [input1, input2], self._attrs(), self, shapes=[shape])[0]


class Identity(Layer):
    _op = 'identity'

    def __init__(self, *args, **kwargs):
        super().__init__()


class Flatten(Layer):
    _op = 'flatten'

    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def _attrs(self):
        return {'start': self.start_dim, 'end': self.end_dim}


class Unflatten(Module):
    def __init__(self, dim, unflattened_size):
        super().__init__()
        self.dim, self.unflattened_size = dim, unflattened_size

    def forward(self, input):
        return input.unflatten(self.dim, self.unflattened_size)
