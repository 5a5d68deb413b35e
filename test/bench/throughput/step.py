"""PyTorch's side of bench:throughput. stdin: a line of JSON that says what; then a step for each line. stdout: milliseconds."""

import json
import sys
import time

import torch
from torch.nn import functional as F

case = json.loads(sys.stdin.readline())
torch.set_num_threads(case['threads'])
torch.manual_seed(0)
names = {'__name__': 'model_file'}
exec(compile(case['text'], 'model.py', 'exec'), names)
model = names[case['model']]().train()
batch = case['batch']
if case['model'] == 'GPT':
    x = (torch.arange(batch * 64) * 7 % 60).view(batch, 64)
    y = torch.arange(batch * 64) % 10
else:
    x = torch.sin(torch.arange(batch * 3 * 32 * 32, dtype=torch.float)).view(batch, 3, 32, 32)
    y = torch.arange(batch) % 10
make = {
    'sgd': lambda p: torch.optim.SGD(p, lr=1e-3, momentum=0.9),
    'adam': lambda p: torch.optim.Adam(p, lr=1e-3),
}
optimizer = make[case['optimizer']](model.parameters())
for _ in sys.stdin:
    start = time.perf_counter()
    loss = F.cross_entropy(model(x).flatten(0, -2), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    loss.item()
    print((time.perf_counter() - start) * 1000, flush=True)
