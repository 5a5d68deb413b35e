"""A language model of mamba-ssm's own layers, with steps and projections so large that what is remembered matters."""

import torch
from mamba_ssm import Mamba
from torch import nn


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm, self.mixer = nn.LayerNorm(width), Mamba(d_model=width, d_state=8)
        with torch.no_grad():
            self.mixer.x_proj.weight.mul_(8)

    def forward(self, x):
        return x + self.mixer(self.norm(x))


class MambaLM(nn.Module):
    def __init__(self, vocabulary=200, width=32, depth=2):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, width)
        self.blocks = nn.Sequential(*(Block(width) for _ in range(depth)))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, vocabulary, bias=False)

    def forward(self, tokens):
        return self.head(self.norm(self.blocks(self.embed(tokens))))
