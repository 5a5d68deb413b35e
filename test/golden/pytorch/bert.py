"""An encoder as BERT is built: embeddings of words, places and kinds, three projections, and norms after each sum."""

import math

import torch
from torch import nn


class Embeddings(nn.Module):
    def __init__(self, vocabulary, places, width):
        super().__init__()
        self.word_embeddings = nn.Embedding(vocabulary, width, padding_idx=0)
        self.position_embeddings = nn.Embedding(places, width)
        self.token_type_embeddings = nn.Embedding(2, width)
        self.LayerNorm = nn.LayerNorm(width, eps=1e-12)
        self.register_buffer('position_ids', torch.arange(places).expand((1, -1)), persistent=False)

    def forward(self, tokens):
        x = self.word_embeddings(tokens) + self.position_embeddings(self.position_ids[:, : tokens.shape[1]])
        return self.LayerNorm(x + self.token_type_embeddings(torch.zeros_like(tokens)))


class SelfAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.size = heads, width // heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)

    def split(self, x):
        return x.view(x.size()[:-1] + (self.heads, self.size)).permute(0, 2, 1, 3)

    def forward(self, x):
        q, k, v = self.split(self.query(x)), self.split(self.key(x)), self.split(self.value(x))
        scores = torch.matmul(q, k.transpose(-1, -2)) / math.sqrt(self.size)
        y = torch.matmul(nn.functional.softmax(scores, dim=-1), v).permute(0, 2, 1, 3).contiguous()
        return y.view(y.size()[:-2] + (self.heads * self.size,))


class Layer(nn.Module):
    def __init__(self, width, heads, hidden):
        super().__init__()
        self.attention = SelfAttention(width, heads)
        self.attention_output = nn.Linear(width, width)
        self.attention_norm = nn.LayerNorm(width)
        self.intermediate = nn.Linear(width, hidden)
        self.output = nn.Linear(hidden, width)
        self.output_norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(0.1)

    def forward(self, x):
        x = self.attention_norm(x + self.dropout(self.attention_output(self.attention(x))))
        y = self.output(nn.functional.gelu(self.intermediate(x)))
        return self.output_norm(x + self.dropout(y))


class Bert(nn.Module):
    def __init__(self, vocabulary=100, places=32, width=48, heads=4, hidden=96, depth=3, classes=3):
        super().__init__()
        self.embeddings = Embeddings(vocabulary, places, width)
        self.layer = nn.ModuleList([Layer(width, heads, hidden) for _ in range(depth)])
        self.pooler = nn.Linear(width, width)
        self.classifier = nn.Linear(width, classes)

    def forward(self, tokens):
        x = self.embeddings(tokens)
        for layer in self.layer:
            x = layer(x)
        return self.classifier(torch.tanh(self.pooler(x[:, 0])))


# espalier: model model input=(1, 14)
model = Bert()
