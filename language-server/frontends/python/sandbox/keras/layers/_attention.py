"""Attention: projections of several heads, scores, and the projection back."""

from .. import activations, ops
from .._emit import emit, part, sizes
from ._plain import size
from ._core import EinsumDense
from .layer import Layer


class MultiHeadAttention(Layer):
    def __init__(self, num_heads, key_dim, value_dim=None, dropout=0.0, use_bias=True, output_shape=None,
                 attention_axes=None, sliding_window=None, flash_attention=None, kernel_initializer='glorot_uniform',
                 bias_initializer='zeros', use_gate=False, seed=None, **kwargs):  # fmt: skip
        super().__init__(**kwargs)
        self.num_heads, self.key_dim = size(num_heads, 'num_heads'), size(key_dim, 'key_dim')
        self.value_dim, self.dropout, self.use_bias = value_dim or self.key_dim, dropout, use_bias
        self._output_shape = (output_shape,) if isinstance(output_shape, int) else output_shape
        self.attention_axes, self.use_gate = attention_axes, use_gate
        self._starts = {'kernel_initializer': kernel_initializer, 'bias_initializer': bias_initializer}

    heads_of_keys = property(lambda self: self.num_heads)

    def build(self, query_shape, value_shape=None, key_shape=None):
        value_shape = query_shape if value_shape is None else value_shape
        key_shape = value_shape if key_shape is None else key_shape
        self._query_dense = self._projection('query', query_shape, self.num_heads, self.key_dim)
        self._key_dense = self._projection('key', key_shape, self.heads_of_keys, self.key_dim)
        if self.use_gate:
            self._gate_dense = self._projection('gate', query_shape, self.num_heads, self.value_dim, 'sigmoid')
        self._value_dense = self._projection('value', value_shape, self.heads_of_keys, self.value_dim)
        width = tuple(self._output_shape or (query_shape[-1],))
        letters = 'xyz'[: len(width)]
        self._output_dense = EinsumDense(
            f'...hd,hd{letters}->...{letters}', (*[None] * (len(query_shape) - 2), *width),
            bias_axes=letters if self.use_bias else None, name='attention_output', **self._starts,
        )  # fmt: skip
        self._output_dense.build((*query_shape[:-1], self.num_heads, self.value_dim))

    def _projection(self, name, shape, heads, width, activation=None):
        layer = EinsumDense(
            '...x,xhd->...hd', (*[None] * (len(shape) - 2), heads, width), activation,
            bias_axes='hd' if self.use_bias else None, name=name, **self._starts,
        )  # fmt: skip
        layer.build(shape)
        return layer

    def call(self, query, value=None, key=None, query_mask=None, value_mask=None, key_mask=None, attention_mask=None,
             return_attention_scores=False, training=None, use_causal_mask=False, **_):  # fmt: skip
        value = query if value is None else value
        key = value if key is None else key
        q, k, v = self._query_dense(query), self._key_dense(key), self._value_dense(value)
        with part(self, 'attention'):
            out = self._attend(q, k, v, use_causal_mask)
            if self.use_gate:
                out = ops.multiply(out, self._gate_dense(query))
        out = self._output_dense(out)
        if not return_attention_scores:
            return out
        heads = [self.num_heads, *(sizes(x)[axis] for x in (q, k) for axis in range(1, len(sizes(x)) - 2))]
        from .._emit import barrier

        return out, barrier('attention scores', [q, k], [(sizes(q)[0], *heads)])[0]

    def _attend(self, q, k, v, causal):
        """Heads stand before the positions for the product, and after them outside of it."""
        rank = len(sizes(q))
        axes = self.attention_axes
        axes = list(range(1, rank - 2)) if axes is None else [a % (rank - 1) for a in (axes if isinstance(axes, (tuple, list)) else [axes])]
        free = [axis for axis in range(1, rank - 2) if axis not in axes]
        order = [0, *free, rank - 2, *axes, rank - 1]
        merged = [self._merged(ops.transpose(x, order), len(free)) for x in (q, k, v)]
        attrs = {'causal': bool(causal), 'scale': None, 'dropout': float(self.dropout), 'groups': self.num_heads // self.heads_of_keys}
        out = emit('attention', merged, attrs)[0]
        wide = ops.reshape(out, [*sizes(ops.transpose(q, order))[:-1], self.value_dim]) if len(axes) > 1 else out
        return ops.transpose(wide, [order.index(i) for i in range(rank)])

    def _merged(self, x, free):
        """Several axes that are attended over are one long one."""
        shape = sizes(x)
        if len(shape) == free + 4:
            return x
        length = 1
        for dim in shape[free + 2 : -1]:
            length *= dim
        return ops.reshape(x, [*shape[: free + 2], length, shape[-1]])


class GroupedQueryAttention(MultiHeadAttention):
    def __init__(self, head_dim, num_query_heads, num_key_value_heads, dropout=0.0, use_bias=True, **kwargs):
        super().__init__(num_query_heads, head_dim, dropout=dropout, use_bias=use_bias, **kwargs)
        if num_query_heads % num_key_value_heads:
            raise ValueError('`num_query_heads` must be divisible by `num_key_value_heads`.')
        self.num_key_value_heads = num_key_value_heads

    heads_of_keys = property(lambda self: self.num_key_value_heads)


# As it is exported.
GroupQueryAttention = GroupedQueryAttention


class Attention(Layer):
    def __init__(self, use_scale=False, score_mode='dot', dropout=0.0, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.use_scale, self.score_mode, self.dropout = use_scale, score_mode, dropout

    def build(self, input_shape):
        self.scale = self.add_weight((), 'ones', name='scale') if self.use_scale else None
        self.concat_score_weight = self.add_weight((), 'ones', name='concat_score_weight') if self.score_mode == 'concat' else None

    def call(self, inputs, mask=None, return_attention_scores=False, training=None, use_causal_mask=False):
        query, value, *rest = inputs
        key = rest[0] if rest else value
        # Without a scale the products are taken as they are.
        attrs = {'causal': bool(use_causal_mask), 'scale': 1.0, 'dropout': float(self.dropout), 'groups': 1}
        out = emit('attention', [query, key, value], attrs)[0]
        if not return_attention_scores:
            return out
        with part(self, 'scores'):
            return out, activations.softmax(ops.matmul(query, ops.swapaxes(key, -1, -2)))


class AdditiveAttention(Attention):
    def __init__(self, use_scale=True, dropout=0.0, **kwargs):
        super().__init__(use_scale=use_scale, dropout=dropout, **kwargs)

    def build(self, input_shape):
        self.scale = self.add_weight((input_shape[0][-1],), 'glorot_uniform', name='scale') if self.use_scale else None
        self.concat_score_weight = None
