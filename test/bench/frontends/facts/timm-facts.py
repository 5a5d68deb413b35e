"""What real PyTorch says about timm's models: torch-facts.py, after lending older releases of PyTorch what timm expects.

The same stdin and stdout as torch-facts.py.
"""

import math
import pathlib
import runpy

import torch
import torch.nn.functional as F


def attention(query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False):
    """`scaled_dot_product_attention` (PyTorch 2.0). Without it timm takes another path, with other layers."""
    scores = query @ key.transpose(-2, -1) * (1 / math.sqrt(query.shape[-1]) if scale is None else scale)
    if attn_mask is not None:
        boolean = attn_mask.dtype == torch.bool
        scores = scores.masked_fill(~attn_mask, -math.inf) if boolean else scores + attn_mask
    return scores.softmax(-1) @ value


if not hasattr(F, 'scaled_dot_product_attention'):
    F.scaled_dot_product_attention = attention
# Weights that nobody filled hold denormal numbers, which are a hundred times slower to multiply.
torch.set_flush_denormal(True)
runpy.run_path(str(pathlib.Path(__file__).with_name('torch-facts.py')), run_name='__main__')
