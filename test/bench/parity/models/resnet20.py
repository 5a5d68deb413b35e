"""ResNet-20 for 32×32 images (He et al. 2016, arXiv 1512.03385, section 4.2), with projections where widths change."""

from torch import nn


class Block(nn.Module):
    def __init__(self, c1, c2, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(c1, c2, 3, stride, 1, bias=False), nn.BatchNorm2d(c2)
        self.conv2, self.bn2 = nn.Conv2d(c2, c2, 3, 1, 1, bias=False), nn.BatchNorm2d(c2)
        self.relu = nn.ReLU()
        same = stride == 1 and c1 == c2
        self.skip = nn.Identity() if same else nn.Sequential(nn.Conv2d(c1, c2, 1, stride, bias=False), nn.BatchNorm2d(c2))

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(y + self.skip(x))


class ResNet20(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU())
        stages, c = [], 16
        for width, stride in ((16, 1), (32, 2), (64, 2)):
            for i in range(3):
                stages.append(Block(c, width, stride if i == 0 else 1))
                c = width
        self.stages = nn.Sequential(*stages)
        self.head = nn.Linear(64, classes)

    def forward(self, x):
        return self.head(self.stages(self.stem(x)).mean((2, 3)))
