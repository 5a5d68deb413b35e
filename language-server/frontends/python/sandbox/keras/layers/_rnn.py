"""Recurrent layers: a cell owns the weights, a layer runs it over the steps."""

import copy

from .. import activations, ops
from .._emit import barrier, emit, part, sizes
from ._plain import size
from ._core import Wrapper
from .layer import Layer


class _Cell(Layer):
    """attrs of the op `recurrentCell` say which equations it has."""

    kind, gates = 'simple', 1

    def __init__(self, units, activation='tanh', recurrent_activation='sigmoid', use_bias=True,
                 kernel_initializer='glorot_uniform', recurrent_initializer='orthogonal', bias_initializer='zeros',
                 unit_forget_bias=True, dropout=0.0, recurrent_dropout=0.0, reset_after=True, seed=None,
                 implementation=2, **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        self.units, self.use_bias = size(units, 'units'), bool(use_bias)
        self.activation, self.recurrent_activation = activations.get(activation), activations.get(recurrent_activation)
        self.reset_after = bool(reset_after)
        self.starts = kernel_initializer, recurrent_initializer, bias_initializer
        self.state_size = [self.units] * (2 if self.kind == 'lstm' else 1)
        self.output_size = self.units

    def build(self, input_shape):
        wide = self.gates * self.units
        kernel, recurrent, bias = self.starts
        self.kernel = self.add_weight((input_shape[-1], wide), kernel, name='kernel')
        self.recurrent_kernel = self.add_weight((self.units, wide), recurrent, name='recurrent_kernel')
        # cuDNN's GRU resets after the product, and so has a bias for each of the two.
        shape = (2, wide) if self.kind == 'gru' and self.reset_after else (wide,)
        self.bias = self.add_weight(shape, bias, name='bias') if self.use_bias else None

    def _run(self, x, states, sequences):
        attrs = {
            'cell': self.kind, 'inputSize': self.kernel.shape[0], 'units': self.units, 'bias': self.use_bias,
            'resetAfter': self.kind == 'gru' and self.reset_after, 'sequences': sequences,
        }  # fmt: skip
        params = {'kernel': self.kernel, 'recurrent_kernel': self.recurrent_kernel, 'bias': self.bias}
        return emit('recurrentCell', [x, *states], attrs, self, params)

    def call(self, inputs, states=None, training=None):
        states = states if isinstance(states, (list, tuple)) else [states] if states is not None else []
        x = ops.expand_dims(inputs, 1)
        out, *after = self._run(x, list(states), False)
        return out, after

    def get_initial_state(self, batch_size=None, **_):
        return [ops.zeros((batch_size, units)) for units in self.state_size]


SimpleRNNCell = type('SimpleRNNCell', (_Cell,), {'kind': 'simple', 'gates': 1, '__module__': __name__})
LSTMCell = type('LSTMCell', (_Cell,), {'kind': 'lstm', 'gates': 4, '__module__': __name__})
GRUCell = type('GRUCell', (_Cell,), {'kind': 'gru', 'gates': 3, '__module__': __name__})


class StackedRNNCells(Layer):
    def __init__(self, cells, **kwargs):
        super().__init__(**kwargs)
        self.cells = list(cells)
        self.state_size = [cell.state_size for cell in self.cells]
        self.output_size = getattr(self.cells[-1], 'output_size', None)

    def build(self, input_shape):
        for cell in self.cells:
            if not cell.built:
                cell.build(input_shape)
            input_shape = (*input_shape[:-1], cell.output_size or cell.units)


class RNN(Layer):
    def __init__(self, cell, return_sequences=False, return_state=False, go_backwards=False, stateful=False, unroll=False,
                 zero_output_for_mask=False, **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        self.cell = StackedRNNCells(cell) if isinstance(cell, (list, tuple)) else cell
        self.return_sequences, self.return_state = bool(return_sequences), bool(return_state)
        self.go_backwards = go_backwards

    def build(self, sequences_shape, initial_state_shape=None):
        if len(sequences_shape) < 3:
            raise ValueError(f'Input 0 of layer "{self.name}" is incompatible with the layer: expected ndim=3, found ndim={len(sequences_shape)}. Full shape received: {tuple(sequences_shape)}')
        if not self.cell.built:
            self.cell.build((sequences_shape[0], *sequences_shape[2:]))

    def call(self, sequences, initial_state=None, mask=None, training=False):
        if isinstance(sequences, (list, tuple)):
            sequences, *initial_state = sequences
        states = _flat(initial_state)
        cells = self.cell.cells if isinstance(self.cell, StackedRNNCells) else [self.cell]
        if not all(isinstance(cell, _Cell) for cell in cells):
            return self._own_cell(sequences, states)
        out, ends = sequences, []
        for i, cell in enumerate(cells):
            last = i + 1 == len(cells)
            count = len(cell.state_size)
            own, states = states[:count], states[count:]
            if last:
                out, *after = cell._run(out, own, self.return_sequences)
            else:
                with part(self, f'cell_{i}'):
                    out, *after = cell._run(out, own, True)
            ends.extend(after)
        return (out, *ends) if self.return_state else out

    def _own_cell(self, sequences, states):
        """A cell of the file's own: one step of it is followed, and what it makes stands for all of them."""
        batch, steps = sizes(sequences)[:2]
        with part(self, 'step'):
            step = ops.squeeze(emit('slice', [sequences], {'axis': 1, 'start': 0, 'length': 1, 'step': 1})[0], 1)
            wanted = self.cell.state_size
            wanted = list(wanted) if isinstance(wanted, (list, tuple)) else [wanted]
            states = states or [ops.zeros((batch, units)) for units in wanted]
            out, after = self.cell(step, states if len(states) > 1 or isinstance(self.cell.state_size, (list, tuple)) else states)
        shape = sizes(out)
        whole = [batch, steps, *shape[1:]] if self.return_sequences else list(shape)
        made = barrier(f'RNN of {type(self.cell).__name__}', [out], [whole])[0]
        return (made, *_flat(after)) if self.return_state else made


def _flat(states):
    if states is None:
        return []
    if isinstance(states, (list, tuple)):
        return [item for state in states for item in _flat(state)]
    return [states]


_LAYER_ARGUMENTS = ('return_sequences', 'return_state', 'go_backwards', 'stateful', 'unroll', 'zero_output_for_mask')


def _layer(name, cell):
    """A layer that makes its own cell, named `lstm_cell` in any layer."""

    def __init__(self, units, *args, **kwargs):
        own = {key: kwargs.pop(key) for key in _LAYER_ARGUMENTS if key in kwargs}
        own.update({key: kwargs.pop(key) for key in ('name', 'trainable', 'input_shape', 'input_dim', 'dtype') if key in kwargs})
        kwargs = {key: value for key, value in kwargs.items() if key not in ('use_cudnn', 'time_major', 'input_length', 'batch_input_shape')}
        RNN.__init__(self, cell(units, *args, name=f'{name.lower() if name != "SimpleRNN" else "simple_rnn"}_cell', **kwargs), **own)
        self.units = self.cell.units

    return type(name, (RNN,), {'__init__': __init__, '__module__': __name__})


SimpleRNN, LSTM, GRU = _layer('SimpleRNN', SimpleRNNCell), _layer('LSTM', LSTMCell), _layer('GRU', GRUCell)


class Bidirectional(Wrapper):
    def __init__(self, layer, merge_mode='concat', weights=None, backward_layer=None, **kwargs):
        super().__init__(layer, **kwargs)
        self.merge_mode = merge_mode
        self.forward_layer = self.layer
        # The layer that was passed is the pattern of both.
        self.backward_layer = copy.deepcopy(layer) if backward_layer is None else backward_layer
        plain = layer.name
        self.forward_layer.name = f'forward_{plain}'
        if backward_layer is None:
            self.backward_layer.name = f'backward_{plain}'
        self.return_sequences, self.return_state = layer.return_sequences, layer.return_state

    def build(self, sequences_shape, initial_state_shape=None):
        for layer in (self.forward_layer, self.backward_layer):
            if not layer.built:
                layer.build(sequences_shape)

    def call(self, sequences, initial_state=None, mask=None, training=None):
        states = _flat(initial_state)
        half = len(states) // 2
        y = self.forward_layer(sequences, initial_state=states[:half] or None)
        z = self.backward_layer(sequences, initial_state=states[half:] or None)
        (y, *ys), (z, *zs) = ([*y] if isinstance(y, tuple) else [y]), ([*z] if isinstance(z, tuple) else [z])
        if self.merge_mode is None:
            out = (y, z)
        elif self.merge_mode == 'concat':
            out = ops.concatenate([y, z], -1)
        else:
            merged = {'sum': ops.add, 'ave': ops.add, 'mul': ops.multiply}[self.merge_mode](y, z)
            out = ops.multiply(merged, 0.5) if self.merge_mode == 'ave' else merged
        if not self.return_state:
            return out
        return (*(out if isinstance(out, tuple) else (out,)), *ys, *zs)


class _ConvLSTM(Layer):
    """Shapes and weights; what happens over the steps is a barrier."""

    rank = 2

    def __init__(self, filters, kernel_size, strides=1, padding='valid', return_sequences=False, return_state=False,
                 use_bias=True, dilation_rate=1, name=None, **kwargs):  # fmt: skip
        super().__init__(name=name)
        from ._plain import each

        self.filters, self.use_bias, self.padding = filters, use_bias, padding
        self.kernel_size, self.strides = each(kernel_size, self.rank, 'kernel_size'), each(strides, self.rank, 'strides')
        self.dilation_rate, self.return_sequences = each(dilation_rate, self.rank, 'dilation_rate'), return_sequences
        # The name that Keras gives to the cell.
        self.cell = _ConvCell(self, name='conv_lstm_cell')

    def build(self, sequences_shape, initial_state_shape=None):
        self.cell.build(sequences_shape)

    def call(self, sequences, initial_state=None, mask=None, training=False):
        batch, steps, *image, _ = sizes(sequences)
        out = [
            -(-n // s) if self.padding == 'same' else (n - d * (k - 1) - 1) // s + 1
            for n, k, s, d in zip(image, self.kernel_size, self.strides, self.dilation_rate)
        ]
        shape = [batch, *([steps] if self.return_sequences else []), *out, self.filters]
        return barrier(type(self).__name__, [sequences], [shape])[0]


class _ConvCell(Layer):
    def __init__(self, owner, **kwargs):
        super().__init__(**kwargs)
        self.sizes = owner.kernel_size, owner.filters, owner.use_bias

    def build(self, shape):
        kernel, filters, biased = self.sizes
        self.kernel = self.add_weight((*kernel, shape[-1], 4 * filters), name='kernel')
        self.recurrent_kernel = self.add_weight((*kernel, filters, 4 * filters), 'orthogonal', name='recurrent_kernel')
        self.bias = self.add_weight((4 * filters,), 'zeros', name='bias') if biased else None


ConvLSTM1D, ConvLSTM2D, ConvLSTM3D = (
    type(f'ConvLSTM{rank}D', (_ConvLSTM,), {'rank': rank, '__module__': __name__}) for rank in (1, 2, 3)
)
