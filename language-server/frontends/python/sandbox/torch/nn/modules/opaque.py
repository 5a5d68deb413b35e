"""Layers that the op table does not have yet, whose parameters and shapes are known all the same: barriers that count."""

import math

from _espalier import record
from _espalier.dims import Size, show
from _espalier.host import ShapeMismatch
from torch import _constant
from torch.nn.parameter import Parameter

from .layers import size
from .module import Module


def uniform(shape, fan_in):
    """PyTorch's default for weights: ±1/√fan_in."""
    return Parameter(_constant.drawn(shape, {'kind': 'uniform', 'bound': 1 / math.sqrt(max(1, fan_in))}))


def filled(shape, value):
    return Parameter(_constant.filled(shape, value))


def normal(shape, std=1.0):
    return Parameter(_constant.drawn(shape, {'kind': 'normal', 'std': std}))


def each(value, rank):
    return tuple(value) if isinstance(value, (tuple, list)) else (value,) * rank


def channels(layer, input, expected, axis=1):
    if len(input.shape) <= axis or input.shape[axis] != expected:
        raise ShapeMismatch(f'{type(layer).__name__} expects {expected} channels but the input is {show(input.shape)}')


class _Conv(Module):
    rank, transposed = 1, False

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, *args, dilation=1, groups=1,
                 bias=True, padding_mode='zeros', output_padding=0, device=None, dtype=None):  # fmt: skip
        super().__init__()
        # Positional order differs: convolutions go on with dilation, transposed ones with output_padding.
        order = ('output_padding', 'groups', 'bias', 'dilation') if self.transposed else ('dilation', 'groups', 'bias')
        given = dict(dilation=dilation, groups=groups, bias=bias, output_padding=output_padding) | dict(zip(order, args))
        self.in_channels, self.out_channels = size(in_channels, 'in_channels'), size(out_channels, 'out_channels')
        self.kernel_size, self.stride = each(kernel_size, self.rank), each(stride, self.rank)
        self.padding = padding if isinstance(padding, str) else each(padding, self.rank)
        self.dilation, self.output_padding = each(given['dilation'], self.rank), each(given['output_padding'], self.rank)
        self.groups = given['groups']
        if in_channels % self.groups or out_channels % self.groups:
            raise ValueError(f'{in_channels} and {out_channels} channels do not divide into {self.groups} groups')
        one, other = (out_channels, in_channels) if self.transposed else (in_channels, out_channels)
        shape = [other, one // self.groups, *self.kernel_size]
        fan_in = math.prod(shape[1:])
        self.weight = uniform(shape, fan_in)
        if given['bias']:
            self.bias = uniform([out_channels], fan_in)
        else:
            self.register_parameter('bias', None)

    def forward(self, input, output_size=None):
        channels(self, input, self.in_channels)
        spatial = [self._length(dim, i) for i, dim in enumerate(input.shape[2:])]
        if min(spatial, default=1) < 1 or len(spatial) != self.rank:
            raise ShapeMismatch(f'{type(self).__name__} does not fit into {show(input.shape)}')
        shape = Size([input.shape[0], self.out_channels, *spatial])
        return record.unknown(type(self).__name__, [input], [shape])[0]

    def _length(self, length, i):
        if i >= self.rank:
            return 0
        kernel, stride, dilation = self.kernel_size[i], self.stride[i], self.dilation[i]
        if self.padding == 'same':
            return length
        padding = 0 if self.padding == 'valid' else self.padding[i]
        reach = dilation * (kernel - 1)
        if self.transposed:
            return (length - 1) * stride - 2 * padding + reach + self.output_padding[i] + 1
        return (length + 2 * padding - reach - 1) // stride + 1


def _conv(name, rank, transposed):
    return type(name, (_Conv,), {'rank': rank, 'transposed': transposed, '__module__': __name__})


Conv1d, Conv3d = _conv('Conv1d', 1, False), _conv('Conv3d', 3, False)
ConvTranspose1d, ConvTranspose2d = _conv('ConvTranspose1d', 1, True), _conv('ConvTranspose2d', 2, True)
ConvTranspose3d = _conv('ConvTranspose3d', 3, True)


class _Same(Module):
    """Shapes go through."""

    def forward(self, input):
        return record.unknown(type(self).__name__, [input], [input.shape])[0]


class GroupNorm(_Same):
    def __init__(self, num_groups, num_channels, eps=1e-5, affine=True, device=None, dtype=None):
        super().__init__()
        if num_channels % num_groups:
            raise ValueError('num_channels must be divisible by num_groups')
        self.num_groups, self.num_channels, self.eps, self.affine = num_groups, num_channels, eps, affine
        self.weight = filled([num_channels], 1.0) if affine else None
        self.bias = filled([num_channels], 0.0) if affine else None

    def forward(self, input):
        channels(self, input, self.num_channels)
        return super().forward(input)


class InstanceNorm2d(_Same):
    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=False, track_running_stats=False, **_):
        super().__init__()
        self.num_features = num_features
        self.weight = filled([num_features], 1.0) if affine else None
        self.bias = filled([num_features], 0.0) if affine else None


class InstanceNorm1d(InstanceNorm2d):
    pass


class LocalResponseNorm(_Same):
    def __init__(self, *args, **kwargs):
        super().__init__()


class RMSNorm(_Same):
    def __init__(self, normalized_shape, eps=None, elementwise_affine=True, device=None, dtype=None):
        super().__init__()
        shape = each(normalized_shape, 1)
        self.normalized_shape, self.eps = shape, eps
        self.weight = filled(shape, 1.0) if elementwise_affine else None


class Embedding(Module):
    def __init__(self, num_embeddings, embedding_dim, padding_idx=None, *args, **kwargs):
        super().__init__()
        self.num_embeddings, self.embedding_dim, self.padding_idx = num_embeddings, embedding_dim, padding_idx
        self.weight = normal([num_embeddings, embedding_dim])

    def forward(self, input):
        return record.unknown('Embedding', [input], [Size([*input.shape, self.embedding_dim])])[0]


class Bilinear(Module):
    def __init__(self, in1_features, in2_features, out_features, bias=True, **_):
        super().__init__()
        self.out_features = out_features
        self.weight = uniform([out_features, in1_features, in2_features], in1_features)
        self.bias = uniform([out_features], in1_features) if bias else None

    def forward(self, a, b):
        return record.unknown('Bilinear', [a, b], [Size([*a.shape[:-1], self.out_features])])[0]


class MultiheadAttention(Module):
    def __init__(self, embed_dim, num_heads, dropout=0.0, bias=True, add_bias_kv=False, add_zero_attn=False,
                 kdim=None, vdim=None, batch_first=False, device=None, dtype=None):  # fmt: skip
        super().__init__()
        from .layers import Linear

        self.embed_dim, self.num_heads, self.batch_first = embed_dim, num_heads, batch_first
        if embed_dim % num_heads:
            raise ValueError('embed_dim must be divisible by num_heads')
        if (kdim or embed_dim) == embed_dim and (vdim or embed_dim) == embed_dim:
            self.in_proj_weight = uniform([3 * embed_dim, embed_dim], embed_dim)
            for name in ('q_proj_weight', 'k_proj_weight', 'v_proj_weight'):
                self.register_parameter(name, None)
        else:
            self.q_proj_weight = uniform([embed_dim, embed_dim], embed_dim)
            self.k_proj_weight = uniform([embed_dim, kdim or embed_dim], embed_dim)
            self.v_proj_weight = uniform([embed_dim, vdim or embed_dim], embed_dim)
            self.register_parameter('in_proj_weight', None)
        self.in_proj_bias = filled([3 * embed_dim], 0.0) if bias else None
        self.out_proj = Linear(embed_dim, embed_dim, bias=bias)
        self.bias_k = normal([1, 1, embed_dim]) if add_bias_kv else None
        self.bias_v = normal([1, 1, embed_dim]) if add_bias_kv else None

    def forward(self, query, key, value, *args, need_weights=True, **kwargs):
        batch, steps = (0, 1) if self.batch_first else (1, 0)
        weights = Size([query.shape[batch], query.shape[steps], key.shape[steps]])
        shapes = [query.shape, weights]
        out = record.unknown('MultiheadAttention', [query, key, value], shapes)
        return out[0], out[1] if need_weights else None


class _Recurrent(Module):
    gates = 1

    def __init__(self, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0,
                 bidirectional=False, proj_size=0, nonlinearity='tanh', device=None, dtype=None):  # fmt: skip
        super().__init__()
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.batch_first, self.bidirectional = batch_first, bidirectional
        ways = 2 if bidirectional else 1
        out = proj_size or hidden_size
        self._out = out * ways
        for layer in range(num_layers):
            for way in range(ways):
                tail = f'_l{layer}{"_reverse" if way else ""}'
                width = input_size if layer == 0 else out * ways
                self._add(f'weight_ih{tail}', [self.gates * hidden_size, width])
                self._add(f'weight_hh{tail}', [self.gates * hidden_size, out])
                if bias:
                    self._add(f'bias_ih{tail}', [self.gates * hidden_size])
                    self._add(f'bias_hh{tail}', [self.gates * hidden_size])
                if proj_size:
                    self._add(f'weight_hr{tail}', [proj_size, hidden_size])

    def _add(self, name, shape):
        self.register_parameter(name, uniform(shape, self.hidden_size))

    def flatten_parameters(self):
        pass

    def forward(self, input, state=None):
        if input.shape[-1] != self.input_size:
            raise ShapeMismatch(f'{type(self).__name__} expects {self.input_size} features last but the input is {show(input.shape)}')
        ways = 2 if self.bidirectional else 1
        batch = input.shape[0 if self.batch_first else 1] if len(input.shape) == 3 else 1
        hidden = Size([self.num_layers * ways, batch, self.hidden_size])
        states = [hidden, hidden] if self.gates == 4 else [hidden]
        out, *rest = record.unknown(type(self).__name__, [input], [Size([*input.shape[:-1], self._out]), *states])
        return out, tuple(rest) if self.gates == 4 else rest[0]


LSTM, GRU, RNN = (type(n, (_Recurrent,), {'gates': g, '__module__': __name__}) for n, g in (('LSTM', 4), ('GRU', 3), ('RNN', 1)))
