"""Mamba's layer (Gu & Dao 2023, arXiv 2312.00752, 3.4) with the names, shapes and beginnings that mamba-ssm gives its parameters."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from ..ops.selective_scan_interface import selective_scan_fn


class Mamba(nn.Module):
    def __init__(
        self, d_model, d_state=16, d_conv=4, expand=2, dt_rank='auto', dt_min=0.001, dt_max=0.1, dt_init='random',
        dt_scale=1.0, dt_init_floor=1e-4, conv_bias=True, bias=False, use_fast_path=True, layer_idx=None, device=None, dtype=None,
    ):  # fmt: skip
        super().__init__()
        self.d_model, self.d_state, self.d_conv, self.expand = d_model, d_state, d_conv, expand
        self.d_inner = int(expand * d_model)
        self.dt_rank = math.ceil(d_model / 16) if dt_rank == 'auto' else dt_rank
        self.layer_idx = layer_idx
        self.in_proj = nn.Linear(d_model, 2 * self.d_inner, bias=bias)
        self.conv1d = nn.Conv1d(self.d_inner, self.d_inner, d_conv, groups=self.d_inner, padding=d_conv - 1, bias=conv_bias)
        self.x_proj = nn.Linear(self.d_inner, self.dt_rank + 2 * d_state, bias=False)
        self.dt_proj = nn.Linear(self.dt_rank, self.d_inner)
        spread = self.dt_rank**-0.5 * dt_scale
        if dt_init == 'constant':
            nn.init.constant_(self.dt_proj.weight, spread)
        else:
            nn.init.uniform_(self.dt_proj.weight, -spread, spread)
        # Of the steps from dt_min to dt_max the one in the middle of their logarithms, through softplus backwards.
        step = max(math.sqrt(dt_min * dt_max), dt_init_floor)
        nn.init.constant_(self.dt_proj.bias, step + math.log(-math.expm1(-step)))
        self.A_log = nn.Parameter(torch.log(torch.arange(1, d_state + 1, dtype=torch.float32)).repeat(self.d_inner, 1))
        self.D = nn.Parameter(torch.ones(self.d_inner))
        self.out_proj = nn.Linear(self.d_inner, d_model, bias=bias)

    def forward(self, hidden_states, inference_params=None):
        """Batch × length × d_model, to the same."""
        length = hidden_states.shape[1]
        x, z = self.in_proj(hidden_states).transpose(1, 2).chunk(2, 1)
        x = F.silu(self.conv1d(x)[..., :length])
        dt, b, c = self.x_proj(x.transpose(1, 2)).split([self.dt_rank, self.d_state, self.d_state], -1)
        dt, b, c = self.dt_proj(dt).transpose(1, 2), b.transpose(1, 2), c.transpose(1, 2)
        y = selective_scan_fn(x, dt, -torch.exp(self.A_log.float()), b, c, self.D.float(), z, delta_softplus=True)
        return self.out_proj(y.transpose(1, 2))
