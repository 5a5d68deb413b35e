"""The network of the reproduction: three layers to adapt, and a head for each task."""

from torch import nn


class Body(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Linear(64, 128),
            nn.ReLU(),
            nn.Linear(128, 128),
            nn.ReLU(),
            nn.Linear(128, 128),
            nn.ReLU(),
        )


class Pretrained(Body):
    """Logits of both latents."""

    def __init__(self):
        super().__init__()
        self.a = nn.Linear(128, 8)
        self.b = nn.Linear(128, 8)

    def forward(self, x):
        x = self.body(x)
        return self.a(x), self.b(x)


class Finetuned(Body):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(128, 8)

    def forward(self, x):
        return self.head(self.body(x))


# espalier: model pretrained() input=(1, 64)
def pretrained():
    return Pretrained()


# espalier: model finetuned() input=(1, 64)
def finetuned():
    return Finetuned()
