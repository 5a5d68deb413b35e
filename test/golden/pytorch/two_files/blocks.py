"""Blocks that net.py imports."""

from torch import nn

WIDTHS = {'small': (8, 16), 'large': (32, 64)}


class SqueezeExcite(nn.Module):
    def __init__(self, channels, reduction=4):
        super().__init__()
        self.fc1 = nn.Linear(channels, channels // reduction)
        self.fc2 = nn.Linear(channels // reduction, channels)

    def forward(self, x):
        b, c, _, _ = x.size()
        s = x.mean(dim=(2, 3))
        s = self.fc2(self.fc1(s).relu()).sigmoid().view(b, c, 1, 1)
        return x * s


class ConvBlock(nn.Module):
    def __init__(self, cin, cout):
        super().__init__()
        self.conv = nn.Conv2d(cin, cout, 3, padding='same')
        self.bn = nn.BatchNorm2d(cout, momentum=0.05, eps=1e-3)
        self.act = nn.Hardswish()
        self.se = SqueezeExcite(cout)

    def forward(self, x):
        return self.se(self.act(self.bn(self.conv(x))))
