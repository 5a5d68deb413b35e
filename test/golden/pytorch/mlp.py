"""A perceptron whose layers come from a comprehension; an instance at the top level stands for its class."""

import torch
from torch import nn


class MLP(nn.Module):
    def __init__(self, sizes, activation=nn.GELU):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])])
        self.norms = nn.ModuleList(nn.LayerNorm(width) for width in sizes[1:-1])
        self.act = activation()

    def forward(self, x):
        batch = x.shape[0]
        x = x.reshape(batch, -1)
        for layer, norm in zip(self.layers, self.norms):
            x = self.act(norm(layer(x)))
        return self.layers[-1](x)


device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')
model = MLP([784, 300, 100, 10]).to(device)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
criterion = nn.CrossEntropyLoss()
