"""Everything in a dataclass; the model wants one, and the file says which."""

from dataclasses import dataclass, field

from torch import nn


@dataclass
class Config:
    channels: list = field(default_factory=lambda: [12, 24, 48])
    kernel: int = 3
    classes: int = 7
    activation: str = 'silu'
    affine: bool = False


ACTIVATIONS = {'silu': nn.SiLU, 'elu': nn.ELU, 'leaky': lambda: nn.LeakyReLU(0.1)}


class Net(nn.Module):
    def __init__(self, cfg: Config):
        super().__init__()
        blocks, previous = [], 3
        for width in cfg.channels:
            blocks += [
                nn.Conv2d(previous, width, cfg.kernel, stride=2, padding=cfg.kernel // 2, dilation=1),
                nn.BatchNorm2d(width, affine=cfg.affine),
                ACTIVATIONS[cfg.activation](),
            ]
            previous = width
        self.trunk = nn.Sequential(*blocks)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Linear(previous, cfg.classes, bias=False)

    def forward(self, x):
        return self.head(self.pool(self.trunk(x)).squeeze(-1).squeeze(-1))


# espalier: model Net(Config(classes=5)) input=(1, 3, 48, 48)
