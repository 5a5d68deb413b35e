"""A small vision transformer whose shapes are said in einops' patterns."""

import torch
from einops import einsum, pack, rearrange, reduce, repeat, unpack
from einops.layers.torch import Rearrange, Reduce
from torch import nn


class Attention(nn.Module):
    def __init__(self, dim, heads=4):
        super().__init__()
        self.heads, self.scale = heads, (dim // heads) ** -0.5
        self.to_qkv = nn.Linear(dim, 3 * dim, bias=False)
        self.to_out = nn.Linear(dim, dim)

    def forward(self, x):
        q, k, v = (rearrange(part, "b n (h d) -> b h n d", h=self.heads) for part in self.to_qkv(x).chunk(3, dim=-1))
        weights = einsum(q, k, "b h query d, b h key d -> b h query key") * self.scale
        mixed = einsum(weights.softmax(dim=-1), v, "b h query key, b h key d -> b h query d")
        return self.to_out(rearrange(mixed, "b h n d -> b n (h d)"))


class Block(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.norm1, self.attention = nn.LayerNorm(dim), Attention(dim)
        self.norm2 = nn.LayerNorm(dim)
        self.mlp = nn.Sequential(nn.Linear(dim, 2 * dim), nn.GELU(), nn.Linear(2 * dim, dim))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class EinopsViT(nn.Module):
    def __init__(self, image=32, patch=8, dim=48, depth=2, classes=10):
        super().__init__()
        self.embed = nn.Sequential(
            Rearrange("b c (h p1) (w p2) -> b (h w) (p1 p2 c)", p1=patch, p2=patch),
            nn.Linear(3 * patch * patch, dim),
        )
        self.token = nn.Parameter(torch.zeros(1, 1, dim))
        self.positions = nn.Parameter(torch.randn((image // patch) ** 2 + 1, dim))
        self.blocks = nn.Sequential(*(Block(dim) for _ in range(depth)))
        self.pool = Reduce("b n d -> b d", "mean")
        self.head = nn.Linear(2 * dim, classes)

    def forward(self, x):
        x = self.embed(x)
        token = repeat(self.token, "() n d -> b n d", b=x.shape[0])
        x, parts = pack([token, x], "b * d")
        x = self.blocks(x + rearrange(self.positions, "n d -> () n d"))
        token, patches = unpack(x, parts, "b * d")
        first = reduce(token, "b 1 d -> b d", "max")
        return self.head(torch.cat((first, self.pool(patches)), dim=1))


# espalier: model EinopsViT input=(1, 3, 32, 32)
