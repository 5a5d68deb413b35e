"""YOLOv8-n as its published table has it: CSP backbone with C2f, SPPF, PAN neck, decoupled head with DFL."""

import torch
from torch import nn


class Conv(nn.Module):
    def __init__(self, c1, c2, k=1, s=1):
        super().__init__()
        self.conv = nn.Conv2d(c1, c2, k, s, k // 2, bias=False)
        self.bn = nn.BatchNorm2d(c2, eps=1e-3, momentum=0.03)
        self.act = nn.SiLU()

    def forward(self, x):
        return self.act(self.bn(self.conv(x)))


class Bottleneck(nn.Module):
    def __init__(self, c, shortcut):
        super().__init__()
        self.cv1, self.cv2 = Conv(c, c, 3), Conv(c, c, 3)
        self.add = shortcut

    def forward(self, x):
        y = self.cv2(self.cv1(x))
        return x + y if self.add else y


class C2f(nn.Module):
    def __init__(self, c1, c2, n=1, shortcut=False):
        super().__init__()
        self.c = c2 // 2
        self.cv1, self.cv2 = Conv(c1, 2 * self.c), Conv((2 + n) * self.c, c2)
        self.m = nn.ModuleList(Bottleneck(self.c, shortcut) for _ in range(n))

    def forward(self, x):
        y = list(self.cv1(x).chunk(2, 1))
        for block in self.m:
            y.append(block(y[-1]))
        return self.cv2(torch.cat(y, 1))


class SPPF(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.cv1, self.cv2 = Conv(c, c // 2), Conv(2 * c, c)
        self.m = nn.MaxPool2d(5, 1, 2)

    def forward(self, x):
        y = [self.cv1(x)]
        for _ in range(3):
            y.append(self.m(y[-1]))
        return self.cv2(torch.cat(y, 1))


class DFL(nn.Module):
    """The expectation of a distribution over 16 distances for each side."""

    def __init__(self, bins=16):
        super().__init__()
        self.conv = nn.Conv2d(bins, 1, 1, bias=False).requires_grad_(False)
        self.conv.weight.data[:] = torch.arange(bins, dtype=torch.float).view(1, bins, 1, 1)
        self.bins = bins

    def forward(self, x):
        b, _, a = x.shape
        return self.conv(x.view(b, 4, self.bins, a).transpose(2, 1).softmax(1)).view(b, 4, a)


class Detect(nn.Module):
    def __init__(self, classes, widths, bins=16):
        super().__init__()
        c2, c3 = max(16, widths[0] // 4, 4 * bins), max(widths[0], min(classes, 100))
        self.cv2 = nn.ModuleList(nn.Sequential(Conv(c, c2, 3), Conv(c2, c2, 3), nn.Conv2d(c2, 4 * bins, 1)) for c in widths)
        self.cv3 = nn.ModuleList(nn.Sequential(Conv(c, c3, 3), Conv(c3, c3, 3), nn.Conv2d(c3, classes, 1)) for c in widths)
        self.dfl = DFL(bins)
        self.box, self.classes = 4 * bins, classes

    def forward(self, features):
        maps = [torch.cat([box(x), score(x)], 1) for x, box, score in zip(features, self.cv2, self.cv3)]
        flat = torch.cat([x.flatten(2) for x in maps], 2)
        box, score = flat.split([self.box, self.classes], 1)
        return torch.cat([self.dfl(box), score.sigmoid()], 1)


class YOLOv8(nn.Module):
    def __init__(self, classes=80, width=0.25):
        super().__init__()
        c = [int(width * n) for n in (64, 128, 256, 512, 1024)]
        self.b0, self.b1, self.b2 = Conv(3, c[0], 3, 2), Conv(c[0], c[1], 3, 2), C2f(c[1], c[1], 1, True)
        self.b3, self.b4 = Conv(c[1], c[2], 3, 2), C2f(c[2], c[2], 2, True)
        self.b5, self.b6 = Conv(c[2], c[3], 3, 2), C2f(c[3], c[3], 2, True)
        self.b7, self.b8, self.b9 = Conv(c[3], c[4], 3, 2), C2f(c[4], c[4], 1, True), SPPF(c[4])
        self.up = nn.Upsample(scale_factor=2)
        self.n12, self.n15 = C2f(c[4] + c[3], c[3]), C2f(c[3] + c[2], c[2])
        self.n16, self.n18 = Conv(c[2], c[2], 3, 2), C2f(c[2] + c[3], c[3])
        self.n19, self.n21 = Conv(c[3], c[3], 3, 2), C2f(c[3] + c[4], c[4])
        self.head = Detect(classes, (c[2], c[3], c[4]))

    def forward(self, x):
        p3 = self.b4(self.b3(self.b2(self.b1(self.b0(x)))))
        p4 = self.b6(self.b5(p3))
        p5 = self.b9(self.b8(self.b7(p4)))
        n4 = self.n12(torch.cat([self.up(p5), p4], 1))
        n3 = self.n15(torch.cat([self.up(n4), p3], 1))
        n4 = self.n18(torch.cat([self.n16(n3), n4], 1))
        n5 = self.n21(torch.cat([self.n19(n4), p5], 1))
        return self.head([n3, n4, n5])
