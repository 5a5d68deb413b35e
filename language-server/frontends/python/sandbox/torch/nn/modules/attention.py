"""Multi-head attention."""

from torch.nn import _attention

from ._start import filled, normal, uniform
from .linear import NonDynamicallyQuantizableLinear
from .module import Layer


class MultiheadAttention(Layer):
    _op = 'multiheadAttention'

    def __init__(self, embed_dim, num_heads, dropout=0.0, bias=True, add_bias_kv=False, add_zero_attn=False,
                 kdim=None, vdim=None, batch_first=False, device=None, dtype=None):  # fmt: skip
        super().__init__()
        self.embed_dim, self.num_heads, self.batch_first = embed_dim, num_heads, batch_first
        self.kdim, self.vdim = kdim or embed_dim, vdim or embed_dim
        self.dropout, self.add_zero_attn, self.head_dim = dropout, add_zero_attn, embed_dim // num_heads
        if embed_dim % num_heads:
            raise ValueError('embed_dim must be divisible by num_heads')
        self._qkv_same_embed_dim = self.kdim == embed_dim and self.vdim == embed_dim
        if self._qkv_same_embed_dim:
            self.in_proj_weight = uniform([3 * embed_dim, embed_dim], embed_dim)
            for name in ('q_proj_weight', 'k_proj_weight', 'v_proj_weight'):
                self.register_parameter(name, None)
        else:
            for name, width in (('q', embed_dim), ('k', self.kdim), ('v', self.vdim)):
                self.register_parameter(f'{name}_proj_weight', uniform([embed_dim, width], embed_dim))
            self.register_parameter('in_proj_weight', None)
        self.register_parameter('in_proj_bias', filled([3 * embed_dim], 0.0) if bias else None)
        self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias=bias)
        for name in ('bias_k', 'bias_v'):
            self.register_parameter(name, normal([1, 1, embed_dim]) if add_bias_kv else None)

    def _reset_parameters(self):
        pass

    def _attrs(self):
        return _attention.attributes(self.embed_dim, self.num_heads, self._parameters, self.kdim, self.vdim, self.batch_first, self.dropout)

    def forward(self, query, key, value, key_padding_mask=None, need_weights=True, attn_mask=None,
                average_attn_weights=True, is_causal=False):  # fmt: skip
        mask = _attention.merged(attn_mask, key_padding_mask)
        made = self.out_proj(_attention.multi_head(query, key, value, self._attrs(), self, mask=mask))
        if not need_weights:
            return made, None
        more = (self.bias_k is not None) + bool(self.add_zero_attn)
        return made, _attention.attention_weights(query, key, self.num_heads, self.batch_first, average_attn_weights, more)
