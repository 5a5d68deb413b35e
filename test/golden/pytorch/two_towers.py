"""Words and an image: forward takes both by name, and the configuration says how large the image is."""

from dataclasses import dataclass, field

import torch
from torch import nn

try:
    import a_kernel_that_nobody_has as kernels
except ImportError:
    kernels = None


@dataclass
class VisionConfig:
    image_size: int = 40
    patch: int = 8
    num_channels: int = 3


@dataclass
class TowersConfig:
    words: int = 100
    width: int = 24
    vision: VisionConfig = field(default_factory=VisionConfig)


class Towers(nn.Module):
    main_input_name = 'input_ids'

    def __init__(self, config):
        super().__init__()
        self.config = config
        width, vision = config.width, config.vision
        assert kernels is None
        self.words = nn.Embedding(config.words, width)
        self.order = nn.Embedding(64, width)
        self.mixer = nn.TransformerEncoderLayer(width, 4, 48, batch_first=True)
        self.patches = nn.Conv2d(vision.num_channels, width, vision.patch, vision.patch)
        self.places = nn.Parameter(torch.zeros(1, (vision.image_size // vision.patch) ** 2, width))
        # Queries that are parameters alone until they meet the image.
        self.query = nn.Parameter(torch.zeros(1, 5, width))
        self.ask, self.key, self.drop = nn.Linear(width, width), nn.Linear(width, width), nn.Dropout(0.1)
        self.scale = nn.Parameter(torch.ones([]))

    def forward(self, input_ids=None, pixel_values=None, attention_mask=None, use_cache=True):
        if input_ids is None or pixel_values is None:
            raise ValueError('both words and an image are needed')
        n, length = input_ids.shape
        if attention_mask is None:
            attention_mask = input_ids.new_ones((n, length))
        if not attention_mask.bool().all():
            raise NotImplementedError('padding')
        order = torch.arange(length).expand(n, -1)
        text = self.mixer(self.words(input_ids) + self.order(order))
        text = text[torch.arange(n), attention_mask.long().argmax(-1)]
        query = self.drop(self.ask(self.query))
        image = self.patches(pixel_values).flatten(2).transpose(1, 2) + self.places
        if image.shape[-1] != self.config.width:
            raise ValueError('this cannot be')
        looks = torch.baddbmm(torch.zeros(1, 5, 1), query.repeat(n, 1, 1), self.key(image).transpose(1, 2), beta=0.5)
        image = (looks.softmax(-1) @ image).mean(1)
        return torch.nn.functional.normalize(text, dim=-1) @ image.t() * self.scale.exp()


config = TowersConfig()
model = Towers(config)
