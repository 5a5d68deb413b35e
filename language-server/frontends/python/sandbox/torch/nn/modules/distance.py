"""Similarities of two tensors, and the softmax for many classes that brings its own layers."""

from torch._move import cat
from torch.nn import functional

from .container import ModuleList, Sequential
from .linear import Linear
from .module import Module


class CosineSimilarity(Module):
    def __init__(self, dim=1, eps=1e-8):
        super().__init__()
        self.dim, self.eps = dim, eps

    def forward(self, x1, x2):
        return functional.cosine_similarity(x1, x2, self.dim, self.eps)


class PairwiseDistance(Module):
    def __init__(self, p=2.0, eps=1e-6, keepdim=False):
        super().__init__()
        self.norm, self.eps, self.keepdim = p, eps, keepdim

    def forward(self, x1, x2):
        return functional.pairwise_distance(x1, x2, self.norm, self.eps, self.keepdim)


class AdaptiveLogSoftmaxWithLoss(Module):
    """Rare classes in clusters behind narrower projections (Grave et al. 2017)."""

    def __init__(self, in_features, n_classes, cutoffs, div_value=4.0, head_bias=False, device=None, dtype=None):
        super().__init__()
        self.cutoffs = [*cutoffs, n_classes]
        self.head = Linear(in_features, self.cutoffs[0] + len(cutoffs), bias=head_bias)
        self.tail = ModuleList()
        for i in range(len(cutoffs)):
            width = int(in_features // (div_value ** (i + 1)))
            classes = self.cutoffs[i + 1] - self.cutoffs[i]
            self.tail.append(Sequential(Linear(in_features, width, bias=False), Linear(width, classes, bias=False)))

    def forward(self, input, target=None):
        return self.log_prob(input), input.new_zeros(())

    def log_prob(self, input):
        parts = [self.head(input)[:, : self.cutoffs[0]], *(part(input) for part in self.tail)]
        return functional.log_softmax(cat(parts, 1), 1)

