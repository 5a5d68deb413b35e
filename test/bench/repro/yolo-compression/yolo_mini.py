"""YOLOv8 in small: the same blocks at two levels, for images of 48 × 48."""

import torch
from torch import nn


class CBS(nn.Module):
    def __init__(self, inputs, outputs, kernel=3, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
        self.bn = nn.BatchNorm2d(outputs)
        self.act = nn.SiLU()

    def forward(self, x):
        return self.act(self.bn(self.conv(x)))


class Bottleneck(nn.Module):
    def __init__(self, width, shortcut):
        super().__init__()
        self.cv1 = CBS(width, width)
        self.cv2 = CBS(width, width)
        self.shortcut = shortcut

    def forward(self, x):
        y = self.cv2(self.cv1(x))
        return x + y if self.shortcut else y


class C2f(nn.Module):
    def __init__(self, inputs, outputs, shortcut):
        super().__init__()
        self.cv1 = CBS(inputs, outputs, 1)
        self.cv2 = CBS(outputs * 3 // 2, outputs, 1)
        self.m = Bottleneck(outputs // 2, shortcut)

    def forward(self, x):
        a, b = self.cv1(x).chunk(2, 1)
        return self.cv2(torch.cat([a, b, self.m(b)], 1))


class SPPF(nn.Module):
    def __init__(self, width, kernel):
        super().__init__()
        self.cv1 = CBS(width, width // 2, 1)
        self.cv2 = CBS(width * 2, width, 1)
        self.pool = nn.MaxPool2d(kernel, 1, kernel // 2)

    def forward(self, x):
        x = self.cv1(x)
        p1 = self.pool(x)
        p2 = self.pool(p1)
        return self.cv2(torch.cat([x, p1, p2, self.pool(p2)], 1))


class Head(nn.Module):
    """4 × bins distances, then a score a class, for every cell."""

    def __init__(self, width, bins, classes):
        super().__init__()
        self.cbs = CBS(width, width)
        self.boxes = nn.Conv2d(width, 4 * bins, 1)
        self.scores = nn.Conv2d(width, classes, 1)
        nn.init.constant_(self.scores.bias, -4.0)

    def forward(self, x):
        x = self.cbs(x)
        return torch.cat([self.boxes(x), self.scores(x)], 1)


class YoloMini(nn.Module):
    def __init__(self, width, bins, classes):
        super().__init__()
        w = width
        self.stem = CBS(3, w, stride=2)
        self.down4 = CBS(w, 2 * w, stride=2)
        self.fine = C2f(2 * w, 2 * w, True)
        self.down8 = CBS(2 * w, 4 * w, stride=2)
        self.coarse = C2f(4 * w, 4 * w, True)
        self.sppf = SPPF(4 * w, 3)
        self.up = nn.Upsample(scale_factor=2, mode="nearest")
        self.neck4 = C2f(6 * w, 2 * w, False)
        self.down = CBS(2 * w, 2 * w, stride=2)
        self.neck8 = C2f(6 * w, 4 * w, False)
        self.head4 = Head(2 * w, bins, classes)
        self.head8 = Head(4 * w, bins, classes)

    def forward(self, x):
        fine = self.fine(self.down4(self.stem(x)))
        coarse = self.sppf(self.coarse(self.down8(fine)))
        fine = self.neck4(torch.cat([self.up(coarse), fine], 1))
        coarse = self.neck8(torch.cat([self.down(fine), coarse], 1))
        return self.head4(fine), self.head8(coarse)


# espalier: model mini() input=(1, 3, 48, 48)
def mini(width=8, bins=4, classes=3):
    return YoloMini(width, bins, classes)
