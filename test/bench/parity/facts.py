"""What PyTorch computes: outputs, gradients of a weighted sum of them, and the weights after one step of SGD and of AdamW.

argv: a folder, a folder of model files, and `outputs` where no step is asked for. case.json there says {text, inputs: {name: shape}, tokens}; tensors come back as .safetensors.
Batch norms use the statistics of the batch, as in training; dropout and stochastic depth are off.
"""

import json
import math
import pathlib
import sys

import torch
from tensors import save_file

folder = pathlib.Path(sys.argv[1])
sys.path[:0] = [sys.argv[2], str(pathlib.Path(__file__).parent / 'references')]
case = json.loads((folder / 'case.json').read_text())
torch.set_num_threads(1)
torch.manual_seed(0)
names = {'__name__': 'model_file'}
exec(compile(case['text'], 'model.py', 'exec'), names)
model = names['model'].eval()

# Scales that start at zero and statistics that start at one would hide mistakes.
with torch.no_grad():
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.add_(0.02 * torch.randn_like(parameter))
    for name, buffer in model.named_buffers():
        if name.endswith('running_mean'):
            buffer.copy_(0.1 * torch.randn_like(buffer))
        if name.endswith('running_var'):
            buffer.copy_(0.5 + torch.rand_like(buffer))


def tensors(items):
    return {name: value.detach().clone().contiguous() for name, value in items}


def first(value):
    if isinstance(value, torch.Tensor):
        return value
    values = value.values() if isinstance(value, dict) else value
    return next(found for found in map(first, values) if found is not None)


whole = case.get('tokens')
inputs = {
    name: torch.randint(0, whole, shape) if whole else torch.randn(shape) for name, shape in case['inputs'].items()
}
named = 'input_ids' in inputs


def call(precision):
    given = {name: value if whole else value.to(precision) for name, value in inputs.items()}
    return first(model(**given) if named else model(*given.values()))


def save(name, items):
    save_file(tensors((key, value.float() if value.is_floating_point() else value.int()) for key, value in items), folder / f'{name}.safetensors')


weights = tensors(model.state_dict().items())
trained = [name for name, p in model.named_parameters() if p.requires_grad]
optimizers = {
    'sgd': lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9),
    'adamw': lambda p: torch.optim.AdamW(p, lr=1e-3, weight_decay=0.01),
}
save('weights', weights.items())
with torch.no_grad():
    share = torch.randn_like(call(torch.float32))
share /= math.sqrt(share.numel())

# What some layers keep for inference (tables looked up once) has no gradient here, and is not compared.
# In double precision, which is the reference, and in single, which says how exact that can be.
for kind, precision in (('double', torch.float64), ('single', torch.float32)):

    def start():
        model.to(precision).eval()
        with torch.no_grad():
            for key, value in model.state_dict().items():
                value.copy_(weights[key])
        return dict(model.named_parameters())

    def train():
        for part in model.modules():
            if isinstance(part, torch.nn.modules.batchnorm._BatchNorm):
                part.train()

    start()
    with torch.no_grad():
        save(f'{kind}-output', [('output', call(precision))])
    if sys.argv[3:] == ['outputs']:
        continue
    for name, make in optimizers.items():
        parameters = start()
        train()
        learned = {name: parameters[name] for name in trained}
        optimizer = make(list(learned.values()))
        optimizer.zero_grad()
        (call(precision) * share.to(precision)).sum().backward()
        save(f'{kind}-gradients', ((n, p.grad) for n, p in learned.items() if p.grad is not None))
        optimizer.step()
        save(f'{kind}-{name}', ((n, p.detach()) for n, p in learned.items() if p.grad is not None))
io = [(f'input {i}', value) for i, value in enumerate(inputs.values())]
save('io', [*io, ('share', share)])
