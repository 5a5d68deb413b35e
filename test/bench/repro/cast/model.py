"""A character model after Bengio et al. 2003: the embeddings of the last characters, three hidden layers, one answer."""

import torch
from torch import nn


class CharMLP(nn.Module):
    def __init__(self, vocabulary=27, context=12, embedding=16, width=128):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.hidden = nn.Sequential(
            nn.Linear(context * embedding, width),
            nn.ReLU(),
            nn.Linear(width, width),
            nn.ReLU(),
            nn.Linear(width, width),
            nn.ReLU(),
        )
        self.head = nn.Linear(width, vocabulary)

    def forward(self, x):
        return self.head(self.hidden(self.embedding(x).flatten(1))).unsqueeze(1)


# espalier: model CharMLP() input=(1, 12)
