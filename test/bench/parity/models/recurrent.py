"""A text classifier with a bidirectional LSTM."""

from torch import nn


class Tagger(nn.Module):
    def __init__(self, vocabulary=200, classes=5):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, 24)
        self.lstm = nn.LSTM(24, 32, num_layers=2, batch_first=True, bidirectional=True)
        self.head = nn.Linear(64, classes)

    def forward(self, tokens):
        y, _ = self.lstm(self.embed(tokens))
        return self.head(y.mean(1))
