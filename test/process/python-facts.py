"""What real PyTorch says about a model: names and shapes of its state, and what each layer makes of an input.

python-facts.py ROOT MODULE CALL SHAPE, for example: python-facts.py golden/pytorch lenet 'LeNet()' 1,1,28,28
"""

import importlib
import json
import sys

import torch

root, module, call, shape = sys.argv[1:5]
sys.path.insert(0, root)
for name in ('pandas', 'wandb', 'tqdm', 'torchvision.datasets'):
    try:
        importlib.import_module(name)
    except ImportError:
        pass
source = importlib.import_module(module)
model = eval(call, vars(source)).eval()
outputs = []


def hook(path):
    def record(_module, _inputs, output):
        if isinstance(output, torch.Tensor):
            outputs.append([path, list(output.shape)])

    return record


for path, part in model.named_modules():
    # Layers of PyTorch's own: what people's classes do inside is compared through them.
    if not list(part.children()) and type(part).__module__.startswith('torch.nn.'):
        part.register_forward_hook(hook(path))
with torch.no_grad():
    out = model(torch.zeros([int(size) for size in shape.split(',')]))
print(
    json.dumps(
        {
            'state': [[name, list(value.shape)] for name, value in model.state_dict().items()],
            'params': sum(p.numel() for p in model.parameters()),
            'outputs': outputs,
            'result': list(out.shape) if isinstance(out, torch.Tensor) else None,
        }
    )
)
