"""Embeddings."""

from _espalier import record
from torch._ops import tensor
from torch.nn import functional
from torch.nn._sizes import size

from ._start import normal
from .module import Weighted


class Embedding(Weighted):
    _op = 'embedding'

    def __init__(self, num_embeddings, embedding_dim, padding_idx=None, max_norm=None, norm_type=2.0,
                 scale_grad_by_freq=False, sparse=False, _weight=None, _freeze=False, device=None, dtype=None):  # fmt: skip
        super().__init__()
        self.num_embeddings = size(num_embeddings, 'num_embeddings')
        self.embedding_dim = size(embedding_dim, 'embedding_dim')
        self.padding_idx = padding_idx
        self.weight = normal([self.num_embeddings, self.embedding_dim])
        self.reset_parameters()

    @classmethod
    def from_pretrained(cls, embeddings, freeze=True, **kwargs):
        made = cls(embeddings.shape[0], embeddings.shape[1], **kwargs)
        made.weight.requires_grad = not freeze
        return made

    def _attrs(self):
        return {'count': self.num_embeddings, 'features': self.embedding_dim}

    def forward(self, input):
        input = tensor(input)
        shape = record.Size([*input.shape, self.embedding_dim])
        return record.op(self._op, [input], self._attrs(), self, shapes=[shape], dtype=self.weight.dtype)[0]


class EmbeddingBag(Embedding):
    _op = None

    def __init__(self, num_embeddings, embedding_dim, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, mode='mean',
                 sparse=False, _weight=None, include_last_offset=False, padding_idx=None, device=None, dtype=None):  # fmt: skip
        super().__init__(num_embeddings, embedding_dim, padding_idx)
        self.mode = mode

    def forward(self, input, offsets=None, per_sample_weights=None):
        return functional.embedding_bag(input, self.weight, offsets)
