// Writes `<name>.load.py`: how to get an exported `.safetensors` into the user's own PyTorch module, pruned widths included.
import path from 'node:path';
import type { TrainedModel } from '../../core/graph/tensor';

export interface ModelSource {
  /** Absolute path of the Python file. */
  readonly file: string;
  /** Class, factory or variable in it. */
  readonly name: string;
}

export const marker = '# Written by Espalier';

export const isOurScript = (head: Uint8Array): boolean => new TextDecoder().decode(head).startsWith(marker);

/** @param file absolute path of the `.safetensors`; the script goes beside it and finds everything from there. */
export function loadScript({ graph }: TrainedModel, file: string, source?: ModelSource): string {
  const weights = path.basename(file);
  const folder = path.dirname(file);
  const groups = graph.nodes
    .filter(({ op, attrs }) => op === 'conv2d' && attrs['groups'] !== 1)
    .map(({ path: layer, attrs }) => `    ${quote(layer)}: ${Number(attrs['groups'])},\n`);
  const model = source
    ? `os.path.join(HERE, ${path.relative(folder, source.file).split(path.sep).map(quote).join(', ')})`
    : 'None  # path of the .py file that defines the model';
  return `${marker}: loads ${weights} into the model it was trained from. Needs torch alone.
#
#     from this_file import load
#     model = load(MyModel())
#
# Pruned layers are narrower than in the source: load() gives each the size of its weights first.
import importlib.util
import json
import os
import struct
import sys
from collections import OrderedDict

import torch
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
WEIGHTS = os.path.join(HERE, ${quote(weights)})
MODEL_FILE = ${model}
MODEL_NAME = ${quote(source?.name ?? graph.name)}
# Groups of grouped convolutions, which shapes alone do not tell.
GROUPS = {${groups.length > 0 ? `\n${[...new Set(groups)].join('')}` : ''}}

${body}`;
}

/** JSON's strings are Python's too. */
export const quote = (text: string): string => JSON.stringify(text);

const body = `DTYPES = {"F32": torch.float32, "I32": torch.int32, "I64": torch.int64}


def read(file=WEIGHTS):
    """The tensors by name. The safetensors package does the same; this needs no package."""
    with open(file, "rb") as stream:
        data = bytearray(stream.read())
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length].decode())
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        # A bytearray of its own, because a tensor must start at a multiple of its element size.
        part = bytearray(data[start:end])
        dtype = DTYPES[entry["dtype"]]
        flat = torch.frombuffer(part, dtype=dtype) if part else torch.empty(0, dtype=dtype)
        tensors[name] = flat.reshape(entry["shape"])
    return tensors


def resize(model, tensors):
    """Gives convolutions, linears and batch norms the sizes of the tensors that will be loaded into them."""
    for path, module in model.named_modules():
        roles = [role for role, _ in module.named_parameters(recurse=False)]
        roles += [role for role, _ in module.named_buffers(recurse=False)]
        own = {role: tensors.get(f"{path}.{role}" if path else role) for role in roles}
        for role, tensor in own.items():
            current = getattr(module, role)
            if tensor is None or current.shape == tensor.shape:
                continue
            fresh = torch.empty(tensor.shape, dtype=current.dtype, device=current.device)
            is_parameter = isinstance(current, nn.Parameter)
            setattr(module, role, nn.Parameter(fresh, current.requires_grad) if is_parameter else fresh)
        weight = own.get("weight")
        if isinstance(module, nn.Conv2d) and weight is not None:
            module.groups = GROUPS.get(path, module.groups)
            module.out_channels = weight.shape[0]
            module.in_channels = weight.shape[1] * module.groups
        elif isinstance(module, nn.Linear) and weight is not None:
            module.out_features, module.in_features = weight.shape
        elif isinstance(module, nn.BatchNorm2d) and own.get("running_mean") is not None:
            module.num_features = own["running_mean"].shape[0]


def load(model, file=WEIGHTS):
    """Resizes the model where it was pruned, loads every weight, and returns it in evaluation mode."""
    tensors = read(file)
    resize(model, tensors)
    state = OrderedDict(tensors)
    # Modules whose layout changed over time look for their version beside the tensors.
    state._metadata = model.state_dict()._metadata
    model.load_state_dict(state, strict=True)
    return model.eval()


def build(file=MODEL_FILE, name=MODEL_NAME):
    """Runs the file that defines the model and makes one."""
    sys.path.insert(0, os.path.dirname(os.path.abspath(file)))
    spec = importlib.util.spec_from_file_location(os.path.splitext(os.path.basename(file))[0], file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    made = eval(name, vars(module)) if "(" in name else getattr(module, name)
    return made if isinstance(made, nn.Module) else made()


if __name__ == "__main__":
    file = sys.argv[1] if len(sys.argv) > 1 else MODEL_FILE
    if file is None:
        sys.exit("usage: python " + os.path.basename(__file__) + " path/to/model.py [name]")
    model = load(build(file, sys.argv[2] if len(sys.argv) > 2 else MODEL_NAME))
    print(model)
    print(sum(weight.numel() for weight in model.parameters()), "parameters loaded")
`;
