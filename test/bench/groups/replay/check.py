"""
Checks the prune groups of a model in real PyTorch: check.py FILE CALL < job.json, one JSON line for the whole and one a removal.

The whole graph, replayed op by op, must compute what the module computes. Then, for each removal from one group or many:
the smaller graph must run with the shapes that were predicted, and compute what the whole one computes with those channels
held at zero.
"""

import copy
import importlib.util
import json
import os
import sys

import torch
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '../../parity/references')]
from graph import BATCH, Graph, Pruned  # noqa: E402


def load(file, call):
    sys.path.insert(0, os.path.dirname(os.path.abspath(file)))
    spec = importlib.util.spec_from_file_location(os.path.splitext(os.path.basename(file))[0], file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    made = eval(call, vars(module))
    return (made if isinstance(made, nn.Module) else made()).double().eval()


def stir(model):
    """Random values where layers start with constants: norms, biases, layer scales, class tokens."""
    torch.manual_seed(1)
    with torch.no_grad():
        for name, value in list(model.named_parameters()) + list(model.named_buffers()):
            if not value.is_floating_point() or value.numel() == 0:
                continue
            if name.endswith('running_var'):
                value.uniform_(0.5, 1.5)
            elif isinstance(value, nn.Parameter) and bool((value == value.flatten()[0]).all()):
                value.copy_(0.3 * torch.randn_like(value) + value.clamp(0.2, 1))
            elif name.endswith('running_mean'):
                value.normal_(0, 0.1)


def flat(result):
    if isinstance(result, torch.Tensor):
        return [result]
    if isinstance(result, dict):
        result = list(result.values())
    return [x for item in result for x in flat(item)] if isinstance(result, (list, tuple)) else []


def distance(a, b):
    if a.shape != b.shape:
        raise ValueError(f'shapes {list(a.shape)} and {list(b.shape)}')
    if not a.is_floating_point():
        return float((a != b).any())
    scale = max(1e-3, float(b.abs().nan_to_num(0, 0, 0).max()) if b.numel() else 1)
    both = torch.isnan(a) & torch.isnan(b) | (a == b)
    return float(torch.where(both, torch.zeros_like(a), (a - b).abs()).max()) / scale if a.numel() else 0.0


def far(small, silenced, pruned):
    """The largest difference of any value, and where."""
    worst, where = 0.0, ''
    for id, value in small.items():
        off = distance(value, Pruned.keep(silenced[id], pruned.cut.get(id, ())))
        if not off <= worst:
            worst, where = off, id
    return worst, where


def run_module(model, loader, pruned, removal, inputs, expected):
    """The user's own module with the smaller weights, as the script beside an export loads them."""
    small = copy.deepcopy(model)
    tensors = {name: pruned.sliced.get(name, value) for name, value in small.state_dict().items()}
    loader.GROUPS = removal['groups']
    loader.read = lambda file: tensors
    loader.load(small, None)
    return max(distance(a, b) for a, b in zip(flat(small(*inputs)), expected))


def first_line(error):
    return f'{type(error).__name__}: {error}'.split('\n')[0][:300]


def main():
    job = json.load(sys.stdin)
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    model = load(sys.argv[1], sys.argv[2])
    stir(model)
    graph = job['graph']
    inputs = []
    for id, count in zip(graph['inputs'], job['tokens'] or [0] * len(graph['inputs'])):
        shape = [dim['batch'] * BATCH if isinstance(dim, dict) else dim for dim in graph['values'][id]['shape']]
        inputs.append(torch.randint(count, shape) if count else torch.randn(shape))
    tensors = {**dict(model.named_buffers()), **model.state_dict()}
    with torch.no_grad():
        expected = flat(model(*inputs))
        whole = Graph(graph, tensors)
        try:
            base = whole.run(inputs)
            off = max(distance(base[id], value) for id, value in zip(graph['outputs'], expected))
            print(json.dumps({'whole': off}), flush=True)
        except Exception as error:
            print(json.dumps({'error': first_line(error)}), flush=True)
            return
        loader = None
        if job['loader']:
            spec = importlib.util.spec_from_file_location('loader', job['loader'])
            loader = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(loader)
        for removal in job['removals']:
            answer = {'id': removal['id']}
            try:
                pruned = Pruned(whole, base, removal)
                small = pruned.run_small()
                answer['off'], answer['where'] = far(small, pruned.run_silenced(), pruned)
                if loader:
                    outputs = [small.get(id, base[id]) for id in graph['outputs']]
                    answer['module'] = run_module(model, loader, pruned, removal, inputs, outputs)
            except Exception as error:
                answer['error'] = first_line(error)
            print(json.dumps(answer), flush=True)


main()
