"""What mamba-ssm computes (Gu & Dao 2023, arXiv 2312.00752), step by step in plain PyTorch: the package wants CUDA to be built."""

import math

import torch
from torch import nn
from torch.nn import functional as F


def selective_scan(u, delta, a, b, c):
    h, ys = u.new_zeros(u.shape[0], *a.shape), []
    for t in range(u.shape[2]):
        h = torch.exp(delta[:, :, t, None] * a) * h + delta[:, :, t, None] * b[:, None, :, t] * u[:, :, t, None]
        ys.append((h * c[:, None, :, t]).sum(-1))
    return torch.stack(ys, 2)


class Mamba(nn.Module):
    def __init__(self, d_model, d_state=16, d_conv=4, expand=2):
        super().__init__()
        inner, self.rank, self.states = expand * d_model, math.ceil(d_model / 16), d_state
        self.in_proj = nn.Linear(d_model, 2 * inner, bias=False)
        self.conv1d = nn.Conv1d(inner, inner, d_conv, groups=inner, padding=d_conv - 1)
        self.x_proj = nn.Linear(inner, self.rank + 2 * d_state, bias=False)
        self.dt_proj = nn.Linear(self.rank, inner)
        self.A_log = nn.Parameter(torch.log(torch.arange(1, d_state + 1).float()).repeat(inner, 1))
        self.D = nn.Parameter(torch.ones(inner))
        self.out_proj = nn.Linear(inner, d_model, bias=False)

    def forward(self, x):
        u, z = self.in_proj(x).transpose(1, 2).chunk(2, 1)
        u = F.silu(self.conv1d(u)[..., : x.shape[1]])
        delta, b, c = self.x_proj(u.transpose(1, 2)).split([self.rank, self.states, self.states], -1)
        delta = F.softplus(self.dt_proj(delta)).transpose(1, 2)
        y = selective_scan(u, delta, -torch.exp(self.A_log), b.transpose(1, 2), c.transpose(1, 2))
        return self.out_proj(((y + self.D[:, None] * u) * F.silu(z)).transpose(1, 2))
