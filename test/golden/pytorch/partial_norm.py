"""functools.partial for every layer, a base class, keyword-only arguments and a learned scale."""

from functools import partial

import torch
from torch import nn

conv3 = partial(nn.Conv2d, kernel_size=3, padding=1, bias=False)
norm = partial(nn.BatchNorm2d, eps=1e-4, momentum=0.01)


class Scale(nn.Module):
    def __init__(self, value=0.1):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1) * value)

    def forward(self, x):
        return x * self.scale


class Base(nn.Module):
    def __init__(self, *, act=partial(nn.LeakyReLU, 0.2)):
        super().__init__()
        self.act = act()

    def forward(self, x):
        return self.head(self.act(self.features(x)).mean(dim=[-2, -1]))


class PartialNet(Base):
    def __init__(self, width=16, *, depth=2, **kwargs):
        super().__init__(**kwargs)
        stages = []
        for i in range(depth):
            cin, cout = (3 if i == 0 else width * 2 ** (i - 1)), width * 2**i
            stages.append(nn.Sequential(conv3(cin, cout, stride=2), norm(cout), self.act, Scale()))
        self.features = nn.Sequential(*stages)
        self.register_buffer('steps', torch.zeros(3, dtype=torch.long))
        self.register_buffer('scratch', torch.zeros(5), persistent=False)
        self.head = nn.Linear(width * 2 ** (depth - 1), 10)
