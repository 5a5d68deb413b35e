# Exports models from real PyTorch to ONNX files in argv[1] and prints what PyTorch says of them, one JSON line a model.
import json
import os
import sys
import warnings

import torch
from torch import nn
import torchvision.models as zoo

warnings.filterwarnings("ignore")
torch.manual_seed(0)


class Pieces(nn.Module):
    """What the torchvision models lack: embeddings, transposed and 1-D convolutions, group norms, upsampling."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(50, 16)
        self.along = nn.Conv1d(16, 16, 3, padding=1)
        self.groups = nn.GroupNorm(4, 16)
        self.up = nn.Upsample(scale_factor=2)
        self.grow = nn.ConvTranspose2d(16, 8, 2, stride=2)
        self.slope = nn.PReLU(8)
        self.norm = nn.InstanceNorm2d(8, affine=True)
        self.project = nn.Linear(8, 4, bias=False)

    def forward(self, tokens):
        x = self.along(self.table(tokens).transpose(1, 2))
        x = self.groups(x).reshape(tokens.shape[0], 16, 4, 4)
        x = self.norm(self.slope(self.grow(self.up(x))))
        a, b = x.chunk(2, 1)
        x = torch.cat([a * torch.sigmoid(b), b[:, :, ::2].repeat(1, 1, 2, 1)], 1)
        return self.project(x.flatten(2).transpose(1, 2)).mean(1)


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.cells = nn.LSTM(8, 12, batch_first=False)
        self.head = nn.Linear(12, 3)

    def forward(self, x):
        return self.head(self.cells(x)[0])


image = torch.zeros(1, 3, 64, 64)
vit = lambda: zoo.VisionTransformer(32, 8, 3, 4, 48, 96, num_classes=10)
models = {
    "resnet18": (lambda: zoo.resnet18(weights=None), torch.zeros(1, 3, 64, 64)),
    "mobilenet_v3_small": (lambda: zoo.mobilenet_v3_small(weights=None), image),
    "shufflenet": (lambda: zoo.shufflenet_v2_x0_5(weights=None), image),
    "efficientnet_b0": (lambda: zoo.efficientnet_b0(weights=None), image),
    "vit": (vit, torch.zeros(1, 3, 32, 32)),
    "swin": (lambda: zoo.swin_t(weights=None), torch.zeros(1, 3, 64, 64)),
    "pieces": (Pieces, torch.zeros(1, 16, dtype=torch.long)),
    "recurrent": (Recurrent, torch.zeros(5, 1, 8)),
}

for name, (build, example) in models.items():
    net = build().eval()
    with torch.no_grad():
        # No two tensors are equal, or the exporter would store them once.
        for tensor in list(net.parameters()) + [b for b in net.buffers() if b.is_floating_point()]:
            tensor.copy_(torch.rand_like(tensor) + 0.5)
        first = next(p for p in net.parameters() if p.dim() > 1 and p.shape[0] > 1)
        first[1] = 0
        # 2:4 along the inputs of the last matrix.
        last = [p for p in net.parameters() if p.dim() == 2 and p.shape[1] % 4 == 0][-1]
        last[:, 0::4] = 0
        last[:, 2::4] = 0
        result = net(example)
    names = {id(p): n for n, p in net.named_parameters()}
    batch = 1 if name == "recurrent" else 0
    torch.onnx.export(
        net,
        example,
        os.path.join(sys.argv[1], name + ".onnx"),
        opset_version=13,
        input_names=["x"],
        output_names=["y"],
        dynamic_axes={} if name == "recurrent" else {"x": {0: "N"}, "y": {0: "N"}},
        training=torch.onnx.TrainingMode.PRESERVE,
        do_constant_folding=False,
    )
    answer = {
        "id": name,
        "params": sum(p.numel() for p in net.parameters()),
        "names": {n: list(p.shape) for n, p in net.named_parameters()},
        "output": list(result.shape),
        "first": names[id(first)],
        "last": names[id(last)],
    }
    print(json.dumps(answer), flush=True)
