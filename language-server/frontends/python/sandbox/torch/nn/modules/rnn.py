"""Recurrent layers and their cells."""

from _espalier import record
from _espalier.dims import Size, show
from _espalier.host import ShapeMismatch

from ._start import uniform
from .module import Weighted


class RNNBase(Weighted):
    _gates = 1

    def __init__(self, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0,
                 bidirectional=False, proj_size=0, nonlinearity='tanh', device=None, dtype=None):  # fmt: skip
        super().__init__()
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.batch_first, self.bidirectional, self.bias = batch_first, bool(bidirectional), bias
        self.dropout, self.proj_size, self.nonlinearity = dropout, proj_size, nonlinearity
        ways = 2 if bidirectional else 1
        out, rows = proj_size or hidden_size, self._gates * hidden_size
        for layer in range(num_layers):
            for way in range(ways):
                tail = f'_l{layer}{"_reverse" if way else ""}'
                self._add(f'weight_ih{tail}', [rows, input_size if layer == 0 else out * ways])
                self._add(f'weight_hh{tail}', [rows, out])
                if bias:
                    self._add(f'bias_ih{tail}', [rows])
                    self._add(f'bias_hh{tail}', [rows])
                if proj_size:
                    self._add(f'weight_hr{tail}', [proj_size, hidden_size])
        self.reset_parameters()

    def _add(self, name, shape):
        self.register_parameter(name, uniform(shape, self.hidden_size))

    def flatten_parameters(self):
        pass

    def _attrs(self):
        return {
            'inputSize': self.input_size,
            'hiddenSize': self.hidden_size,
            'layers': self.num_layers,
            'bias': bool(self.bias),
            'bidirectional': self.bidirectional,
            'projSize': self.proj_size,
            'batchFirst': bool(self.batch_first),
            'dropout': float(self.dropout),
            'nonlinearity': self.nonlinearity,
        }

    def forward(self, input, hx=None):
        input = getattr(input, 'data', input) if not hasattr(input, 'shape') else input
        if input.shape[-1] != self.input_size:
            raise ShapeMismatch(f'{type(self).__name__} expects {self.input_size} features last but the input is {show(input.shape)}')
        ways = 2 if self.bidirectional else 1
        out = self.proj_size or self.hidden_size
        batch = [input.shape[0 if self.batch_first else 1]] if len(input.shape) == 3 else []
        states = [Size([self.num_layers * ways, *batch, out])]
        if self._gates == 4:
            states.append(Size([self.num_layers * ways, *batch, self.hidden_size]))
        shapes = [Size([*input.shape[:-1], out * ways]), *states]
        first = [] if hx is None else list(hx) if isinstance(hx, (tuple, list)) else [hx]
        made, *rest = record.op(self._op, [input, *first], self._attrs(), self, shapes=shapes)
        return made, tuple(rest) if self._gates == 4 else rest[0]


class LSTM(RNNBase):
    _op, _gates = 'lstm', 4


class GRU(RNNBase):
    _op, _gates = 'gru', 3


class RNN(RNNBase):
    _op, _gates = 'rnn', 1

    def __init__(self, input_size, hidden_size, num_layers=1, nonlinearity='tanh', bias=True, batch_first=False,
                 dropout=0.0, bidirectional=False, device=None, dtype=None):  # fmt: skip
        super().__init__(input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, 0, nonlinearity)


class RNNCellBase(Weighted):
    """One step, as the products that it is made of would be; a barrier of known shape."""

    _gates = 1

    def __init__(self, input_size, hidden_size, bias=True, *_, **__):
        super().__init__()
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        rows = self._gates * hidden_size
        self.weight_ih = uniform([rows, input_size], hidden_size)
        self.weight_hh = uniform([rows, hidden_size], hidden_size)
        for name in ('bias_ih', 'bias_hh'):
            self.register_parameter(name, uniform([rows], hidden_size) if bias else None)
        self.reset_parameters()

    def forward(self, input, hx=None):
        if input.shape[-1] != self.input_size:
            raise ShapeMismatch(f'{type(self).__name__} expects {self.input_size} features last but the input is {show(input.shape)}')
        state = [] if hx is None else list(hx) if isinstance(hx, (tuple, list)) else [hx]
        shape = Size([*input.shape[:-1], self.hidden_size])
        made = record.unknown(type(self).__name__, [input, *state], [shape] * (2 if self._gates == 4 else 1))
        return tuple(made) if self._gates == 4 else made[0]


class RNNCell(RNNCellBase):
    pass


class LSTMCell(RNNCellBase):
    _gates = 4


class GRUCell(RNNCellBase):
    _gates = 3
