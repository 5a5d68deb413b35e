# What Torch-Pruning says goes together in a model, as JSON: for each group the axes of weights that lose channels.
import importlib.util
import json
import sys
import time

import torch
import torch.nn as nn
import torch_pruning as tp


def axis_of(module, handler):
    """Which axis of the module's weight a pruning function shortens; None where the module has no weight."""
    name = handler.__name__
    is_out = name == "prune_out_channels"
    if isinstance(module, nn.modules.conv._ConvNd):
        if module.groups > 1 and module.groups == module.in_channels:
            return 0
        return (0 if is_out else 1) if not module.transposed else (1 if is_out else 0)
    if isinstance(module, nn.Linear):
        return 0 if is_out else 1
    if isinstance(module, nn.Embedding):
        return 1
    return None


def load(file):
    spec = importlib.util.spec_from_file_location("user_model", file)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded.model.eval()


def main(file, shape, tokens):
    model = load(file)
    x = torch.randint(0, tokens, shape) if tokens else torch.randn(*shape)
    begin = time.perf_counter()
    graph = tp.DependencyGraph().build_dependency(model, x)
    names = {module: name for name, module in model.named_modules()}
    groups = []
    for group in graph.get_all_groups(root_module_types=[nn.modules.conv._ConvNd, nn.Linear, nn.Embedding]):
        axes = set()
        for dependency, _ in group:
            module = dependency.target.module
            axis = axis_of(module, dependency.handler)
            if axis is not None:
                axes.add(f"{names[module]}.weight {axis}")
        groups.append(sorted(axes))
    seconds = time.perf_counter() - begin
    print("GROUPS " + json.dumps({"groups": groups, "seconds": seconds}))


main(sys.argv[1], [int(n) for n in sys.argv[2].split(",")], int(sys.argv[3]))
