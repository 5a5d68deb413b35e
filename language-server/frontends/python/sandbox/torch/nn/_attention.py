"""Attention as functions."""

from _espalier import record
from _espalier.dims import Size
from torch._ops import tensor

from ._sizes import size


def scaled_dot_product_attention(query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False):
    attrs = {'causal': bool(is_causal), 'scale': None if scale is None else float(scale), 'dropout': float(dropout_p)}
    if enable_gqa:
        attrs['groups'] = query.shape[-3] // key.shape[-3]
    shape = Size([*query.shape[:-1], value.shape[-1]])
    masks = [] if attn_mask is None else [tensor(attn_mask)]
    return record.op('attention', [query, key, value, *masks], attrs, shapes=[shape])[0]


def attributes(embed, heads, params, kdim, vdim, batch_first, dropout=0.0):
    """`params`: role → parameter or None, as MultiheadAttention has them."""
    return {
        'embed': embed,
        'heads': size(heads, 'num_heads'),
        'kdim': kdim,
        'vdim': vdim,
        'bias': params.get('in_proj_bias') is not None,
        'biasKv': params.get('bias_k') is not None,
        'batchFirst': bool(batch_first),
        'separate': params.get('in_proj_weight') is None,
        'dropout': float(dropout),
    }


def multi_head(query, key, value, attrs, module=None, params=None, mask=None):
    """The projections and the attention between them; the output projection is a layer of its own."""
    inputs = [query, key, value] if mask is None else [query, key, value, mask]
    return record.op('multiheadAttention', inputs, attrs, module, params, shapes=[query.shape])[0]


def merged(attn_mask, key_padding_mask):
    """Both masks as one that is added to the scores. True means here: not to be looked at."""
    mask = None if attn_mask is None else _added(tensor(attn_mask))
    if key_padding_mask is None:
        return mask
    padding = _added(tensor(key_padding_mask))
    rows = padding.reshape(padding.shape[0], 1, 1, padding.shape[1]) if len(padding.shape) == 2 else padding
    return rows if mask is None else rows + mask


def _added(mask):
    from torch._elementwise import where

    return where(mask, -1e30, 0.0) if not mask.dtype.is_floating_point else mask


def attention_weights(query, key, heads, batch_first, average, more=0):
    """What MultiheadAttention answers beside its output; no part of the graph unless somebody uses it."""
    if len(query.shape) < 3:
        shape = [query.shape[0], key.shape[0]]
    else:
        batch, steps = (0, 1) if batch_first else (1, 0)
        shape = [query.shape[batch], query.shape[steps], key.shape[steps]]
    # A learned key, or one of zeros, is attended to as well.
    shape[-1] = shape[-1] + more if more else shape[-1]
    shape = shape if average else [*shape[:-2], heads, *shape[-2:]]
    return record.later('attention weights', [query, key], Size(shape))


def multi_head_attention_forward(
    query, key, value, embed_dim_to_check, num_heads, in_proj_weight, in_proj_bias, bias_k, bias_v, add_zero_attn,
    dropout_p, out_proj_weight, out_proj_bias, training=True, key_padding_mask=None, need_weights=True, attn_mask=None,
    use_separate_proj_weight=False, q_proj_weight=None, k_proj_weight=None, v_proj_weight=None, static_k=None,
    static_v=None, average_attn_weights=True, is_causal=False,
):  # fmt: skip
    from .functional import linear

    params = {'in_proj_weight': in_proj_weight, 'in_proj_bias': in_proj_bias, 'bias_k': bias_k, 'bias_v': bias_v}
    if use_separate_proj_weight:
        params |= {'q_proj_weight': q_proj_weight, 'k_proj_weight': k_proj_weight, 'v_proj_weight': v_proj_weight}
        params['in_proj_weight'] = None
    attrs = attributes(query.shape[-1], num_heads, params, key.shape[-1], value.shape[-1], False, dropout_p)
    given = {role: p for role, p in params.items() if p is not None}
    made = multi_head(query, key, value, attrs, params=given, mask=merged(attn_mask, key_padding_mask))
    out = linear(made, out_proj_weight, out_proj_bias)
    if not need_weights:
        return out, None
    more = (bias_k is not None) + bool(add_zero_attn)
    return out, attention_weights(query, key, num_heads, False, average_attn_weights, more)
