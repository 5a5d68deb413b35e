"""A training run in PyTorch on given batches: {text, rates: [...], smoothing?} in case.json, x and y in batches.safetensors.

argv: the folder, and the folder of model files. Writes the weights before (weights.safetensors) and the losses (losses.json).
With argv[3] == 'otherwise' its sums run in another order: on two threads, images channels last.
"""

import json
import pathlib
import sys
import time

import torch
from tensors import load_file, save_file
from torch.nn import functional as F

folder = pathlib.Path(sys.argv[1])
sys.path.insert(0, sys.argv[2])
case = json.loads((folder / 'case.json').read_text())
otherwise = sys.argv[3:] == ['otherwise']
torch.set_num_threads(2 if otherwise else 1)
layout = torch.channels_last if otherwise else torch.contiguous_format
torch.manual_seed(case['seed'])
names = {'__name__': 'model_file'}
exec(compile(case['text'], 'model.py', 'exec'), names)
model = names['model'].train()
state = {k: v.detach().clone().contiguous() for k, v in model.state_dict().items()}
save_file({k: v.int() if v.dtype == torch.int64 else v for k, v in state.items()}, folder / 'weights.safetensors')
model = model.to(memory_format=layout)
batches = load_file(folder / 'batches.safetensors')
x, y = batches['x'], batches['y'].long()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)
losses, seconds = [], []
for step, rate in enumerate(case['rates']):
    start = time.perf_counter()
    for group in optimizer.param_groups:
        group['lr'] = rate
    inputs = x[step].permute(0, 3, 1, 2).contiguous(memory_format=layout) if x.dim() == 5 else x[step].long()
    output = model(inputs)
    smoothing = case.get('smoothing', 0)
    loss = F.cross_entropy(output.flatten(0, -2), y[step].flatten(), label_smoothing=smoothing)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
    seconds.append(time.perf_counter() - start)
(folder / 'losses.json').write_text(json.dumps({'losses': losses, 'seconds': seconds}))
