"""What real PyTorch says about single layers. stdin: [{call, inputs, whole}]; stdout: one JSON line with them all."""

import json
import sys

import torch
from torch import nn

LOSS = 'Loss'


def tensors(value):
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from tensors(item)


def facts(case):
    layer = eval(f'nn.{case["call"]}').eval()
    dtype = torch.long if case.get('whole') else torch.float32
    kinds = [dtype if 'Unpool' not in case['call'] or i else torch.float32 for i in range(len(case['inputs']))]
    with torch.no_grad():
        out = layer(*(torch.zeros(shape, dtype=kind) for shape, kind in zip(case['inputs'], kinds)))
    return {
        'call': case['call'],
        'state': [[name, list(value.shape)] for name, value in layer.state_dict().items()],
        'params': sum(p.numel() for p in layer.parameters()),
        'outputs': [list(tensor.shape) for tensor in tensors(out)],
    }


public = [name for name in dir(nn) if isinstance(getattr(nn, name), type) and issubclass(getattr(nn, name), nn.Module)]
answer = {'public': [name for name in public if LOSS not in name or name == 'AdaptiveLogSoftmaxWithLoss'], 'facts': []}
for case in json.load(sys.stdin):
    try:
        answer['facts'].append(facts(case))
    except Exception as error:
        answer['facts'].append({'call': case['call'], 'error': f'{type(error).__name__}: {error}'})
print(json.dumps(answer))
