"""PyTorch's transformer, built from its own layers."""

import copy

from .activation import Dropout
from .attention import MultiheadAttention
from .container import ModuleList
from .linear import Linear
from .module import Module
from .normalization import LayerNorm


class _Block(Module):
    """What encoder and decoder layers share: norms before or after each part, and a feed-forward part at the end."""

    def _setup(self, d_model, dim_feedforward, dropout, activation, eps, norm_first, bias, norms):
        self.linear1 = Linear(d_model, dim_feedforward, bias=bias)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias=bias)
        self.norm_first = norm_first
        for i in range(norms):
            setattr(self, f'norm{i + 1}', LayerNorm(d_model, eps, bias=bias))
        for i in range(norms):
            setattr(self, f'dropout{i + 1}', Dropout(dropout))
        if isinstance(activation, str):
            from torch.nn import functional

            activation = getattr(functional, activation)
        self.activation = activation

    def _part(self, i, x, function):
        norm, dropout = getattr(self, f'norm{i}'), getattr(self, f'dropout{i}')
        return x + dropout(function(norm(x))) if self.norm_first else norm(x + dropout(function(x)))

    def _feed(self, x):
        return self.linear2(self.dropout(self.activation(self.linear1(x))))


class TransformerEncoderLayer(_Block):
    def __init__(self, d_model, nhead, dim_feedforward=2048, dropout=0.1, activation='relu', layer_norm_eps=1e-5,
                 batch_first=False, norm_first=False, bias=True, device=None, dtype=None):  # fmt: skip
        super().__init__()
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias=bias, batch_first=batch_first)
        self._setup(d_model, dim_feedforward, dropout, activation, layer_norm_eps, norm_first, bias, 2)

    def forward(self, src, src_mask=None, src_key_padding_mask=None, is_causal=False):
        x = self._part(1, src, lambda x: self.self_attn(x, x, x, need_weights=False)[0])
        return self._part(2, x, self._feed)


class TransformerDecoderLayer(_Block):
    def __init__(self, d_model, nhead, dim_feedforward=2048, dropout=0.1, activation='relu', layer_norm_eps=1e-5,
                 batch_first=False, norm_first=False, bias=True, device=None, dtype=None):  # fmt: skip
        super().__init__()
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias=bias, batch_first=batch_first)
        self.multihead_attn = MultiheadAttention(d_model, nhead, dropout, bias=bias, batch_first=batch_first)
        self._setup(d_model, dim_feedforward, dropout, activation, layer_norm_eps, norm_first, bias, 3)

    def forward(self, tgt, memory, *args, **kwargs):
        x = self._part(1, tgt, lambda x: self.self_attn(x, x, x, need_weights=False)[0])
        x = self._part(2, x, lambda x: self.multihead_attn(x, memory, memory, need_weights=False)[0])
        return self._part(3, x, self._feed)


class _Stack(Module):
    def __init__(self, layer, num_layers, norm=None, *args, **kwargs):
        super().__init__()
        self.layers = ModuleList([copy.deepcopy(layer) for _ in range(num_layers)])
        self.num_layers, self.norm = num_layers, norm

    def forward(self, x, *args, **kwargs):
        for layer in self.layers:
            x = layer(x, *args, **kwargs)
        return x if self.norm is None else self.norm(x)


class TransformerEncoder(_Stack):
    def forward(self, src, mask=None, src_key_padding_mask=None, is_causal=None):
        return super().forward(src)


class TransformerDecoder(_Stack):
    def forward(self, tgt, memory, *args, **kwargs):
        return super().forward(tgt, memory)


class Transformer(Module):
    def __init__(self, d_model=512, nhead=8, num_encoder_layers=6, num_decoder_layers=6, dim_feedforward=2048,
                 dropout=0.1, activation='relu', custom_encoder=None, custom_decoder=None, layer_norm_eps=1e-5,
                 batch_first=False, norm_first=False, bias=True, device=None, dtype=None):  # fmt: skip
        super().__init__()
        given = (d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias)
        norm = lambda: LayerNorm(d_model, layer_norm_eps, bias=bias)  # noqa: E731
        self.encoder = custom_encoder or TransformerEncoder(TransformerEncoderLayer(*given), num_encoder_layers, norm())
        self.decoder = custom_decoder or TransformerDecoder(TransformerDecoderLayer(*given), num_decoder_layers, norm())
        self.d_model, self.nhead, self.batch_first = d_model, nhead, batch_first

    def forward(self, src, tgt, *args, **kwargs):
        return self.decoder(tgt, self.encoder(src))

    @staticmethod
    def generate_square_subsequent_mask(sz, *args, **kwargs):
        from torch import _constant

        return _constant.filled([sz, sz], float('-inf')).triu(1)
