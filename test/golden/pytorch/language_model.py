"""A decoder: rotary positions, grouped heads, a mask over the batch that is asked whether it matters, tied embeddings."""

import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


class RMSNorm(nn.Module):
    def __init__(self, width, eps=1e-6):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x):
        kind = x.dtype
        x = x.to(torch.float32)
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps)).to(kind)


def rotate(x, cos, sin):
    half = x.shape[-1] // 2
    return x * cos + torch.cat((-x[..., half:], x[..., :half]), dim=-1) * sin


class Attention(nn.Module):
    def __init__(self, width, heads, groups):
        super().__init__()
        self.heads, self.groups, self.size = heads, groups, width // heads
        self.q = nn.Linear(width, heads * self.size, bias=False)
        self.k = nn.Linear(width, groups * self.size, bias=False)
        self.v = nn.Linear(width, groups * self.size, bias=False)
        self.out = nn.Linear(width, width, bias=False)

    def forward(self, x, cos, sin, mask):
        shape = (*x.shape[:-1], -1, self.size)
        q, k, v = (layer(x).view(shape).transpose(1, 2) for layer in (self.q, self.k, self.v))
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        n, groups, length, size = k.shape
        times = self.heads // self.groups
        k, v = (t[:, :, None].expand(n, groups, times, length, size).reshape(n, -1, length, size) for t in (k, v))
        scores = torch.matmul(q, k.transpose(2, 3)) / math.sqrt(self.size)
        if mask is not None:
            scores = scores + mask[:, :, :, :length]
        return self.out((scores.softmax(-1) @ v).transpose(1, 2).reshape(n, length, -1))


class Block(nn.Module):
    def __init__(self, width, heads, groups):
        super().__init__()
        self.norm1, self.attention = RMSNorm(width), Attention(width, heads, groups)
        self.norm2 = RMSNorm(width)
        self.gate, self.up = nn.Linear(width, 3 * width, bias=False), nn.Linear(width, 3 * width, bias=False)
        self.down = nn.Linear(3 * width, width, bias=False)

    def forward(self, x, cos, sin, mask):
        x = x + self.attention(self.norm1(x), cos, sin, mask)
        y = self.norm2(x)
        return x + self.down(F.silu(self.gate(y)) * self.up(y))


class Decoder(nn.Module):
    def __init__(self, words=300, width=32, depth=2, heads=4, groups=2, longest=64):
        super().__init__()
        self.embed = nn.Embedding(words, width)
        self.blocks = nn.ModuleList(Block(width, heads, groups) for _ in range(depth))
        self.norm = RMSNorm(width)
        self.head = nn.Linear(width, words, bias=False)
        self.head.weight = self.embed.weight
        size = width // heads
        self.register_buffer('frequencies', 1.0 / (10000 ** (torch.arange(0, size, 2).float() / size)), persistent=False)
        # A table of positions, out of NumPy.
        column, row = np.meshgrid(np.arange(size), np.arange(longest))
        table = np.sin(row / np.power(100.0, column / size))
        self.table = nn.Parameter(torch.FloatTensor(table), requires_grad=False)
        causal = torch.tril(torch.ones((longest, longest), dtype=bool)).view(1, 1, longest, longest)
        self.register_buffer('causal', causal, persistent=False)

    def forward(self, tokens, mask=None):
        if 0 in tokens[:, [-1, 0]] and mask is None:
            print('is there padding?')
        batch, length = tokens.shape
        mask = torch.ones((batch, length), dtype=torch.long) if mask is None else mask
        positions = torch.arange(length)[None, :]
        angles = (self.frequencies[None, :, None] @ positions[:, None, :].float()).transpose(1, 2)
        angles = torch.cat((angles, angles), dim=-1)[:, None]
        angles = angles + self.table[:length]
        if torch.all(mask == 1):
            bias = None
        else:
            bias = self.head(self.embed(mask))  # would fail: whoever comes here has misread the mask
        least = torch.finfo(torch.float32).min
        causal = torch.where(self.causal[:, :, :length, :length], 0.0, torch.full([], least))
        x = self.embed(tokens)
        for block in self.blocks:
            x = block(x, angles.cos(), angles.sin(), causal if bias is None else bias)
        return {'logits': self.head(self.norm(x)), 'last': x}


model = Decoder()
