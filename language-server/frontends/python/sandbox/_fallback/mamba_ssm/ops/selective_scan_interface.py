"""The selective scan (Gu & Dao 2023, arXiv 2312.00752) as mamba-ssm calls it, by one op and what stands around it."""

import torch
from _espalier import record
from torch.nn import functional as F


def selective_scan_fn(u, delta, A, B, C, D=None, z=None, delta_bias=None, delta_softplus=False, return_last_state=False):
    """u, delta, z: batch × channels × length; A: channels × state; B, C: batch × (groups ×) state × length; D, delta_bias: channels."""
    if delta_bias is not None:
        delta = delta + delta_bias.unsqueeze(-1)
    if delta_softplus:
        delta = F.softplus(delta)
    y = _scan(u, delta, A, B, C)
    if D is not None:
        y = y + u * D.unsqueeze(-1)
    if z is not None:
        y = y * F.silu(z)
    if not return_last_state:
        return y
    last = record.unknown('the last state of a selective scan', [y], [[u.shape[0], *A.shape]])[0]
    return y, last


selective_scan_ref = selective_scan_fn


def _scan(u, delta, A, B, C):
    inputs, ranks = [u, delta, A, B, C], (len(B.shape), len(C.shape))
    if ranks == (3, 3):
        return record.op('selectiveScan', inputs, {})[0]
    if ranks == (4, 4):
        # A group of channels has states of its own.
        count = B.shape[1]
        parts = zip(*(x.chunk(count, axis) for x, axis in ((u, 1), (delta, 1), (A, 0))))
        each = [_scan(*part, B[:, group], C[:, group]) for group, part in enumerate(parts)]
        return each[0] if count == 1 else torch.cat(each, 1)
    return record.unknown('a selective scan whose B or C is the same at all times', inputs, [u.shape])[0]


def mamba_inner_fn(
    xz, conv1d_weight, conv1d_bias, x_proj_weight, delta_proj_weight, out_proj_weight, out_proj_bias, A, B=None, C=None,
    D=None, delta_bias=None, B_proj_bias=None, C_proj_bias=None, delta_softplus=True,
):  # fmt: skip
    """A whole layer between its first projection and its last: xz is batch × both halves × length."""
    x, z = xz.chunk(2, 1)
    width = conv1d_weight.shape[-1]
    x = F.silu(F.conv1d(x, conv1d_weight, conv1d_bias, padding=width - 1, groups=conv1d_weight.shape[0])[..., : xz.shape[-1]])
    made = F.linear(x.transpose(1, 2), x_proj_weight)
    rank, states = delta_proj_weight.shape[1], A.shape[-1]
    delta = F.linear(made[..., :rank], delta_proj_weight).transpose(1, 2)
    at = rank
    if B is None:
        B = made[..., at : at + states]
        B = (B if B_proj_bias is None else B + B_proj_bias).transpose(1, 2)
        at += states
    if C is None:
        C = made[..., at : at + states]
        C = (C if C_proj_bias is None else C + C_proj_bias).transpose(1, 2)
    y = selective_scan_fn(x, delta, A, B, C, D, z, delta_bias, delta_softplus)
    return F.linear(y.transpose(1, 2), out_proj_weight, out_proj_bias)


mamba_inner_ref = mamba_inner_fn
