// Writes `<name>.load.py` for Keras: how to get an exported `.safetensors` into the user's own model, pruned widths included.
import path from 'node:path';
import type { TrainedModel } from '../../core/graph/tensor';
import { marker, type ModelSource, quote } from './load-script';

/** @param file absolute path of the `.safetensors`; the script goes beside it and finds everything from there. */
export function kerasLoadScript({ graph }: TrainedModel, file: string, source?: ModelSource): string {
  const weights = path.basename(file);
  const groups = graph.nodes
    .filter(({ op, attrs }) => op.startsWith('conv') && attrs['groups'] !== 1)
    .map(({ path: layer, attrs }) => `    ${quote(layer)}: ${Number(attrs['groups'])},\n`);
  const model = source
    ? `os.path.join(HERE, ${path.relative(path.dirname(file), source.file).split(path.sep).map(quote).join(', ')})`
    : 'None  # path of the .py file that defines the model';
  return `${marker}: loads ${weights} into the model it was trained from. Needs keras and numpy alone.
#
#     from this_file import load
#     model = load(my_model())
#
# Pruned layers are narrower than in the source: load() answers a copy in which each has the size of its weights.
import importlib.util
import json
import os
import struct
import sys

import keras
import numpy

HERE = os.path.dirname(os.path.abspath(__file__))
WEIGHTS = os.path.join(HERE, ${quote(weights)})
MODEL_FILE = ${model}
MODEL_NAME = ${quote(source?.name ?? graph.name)}
# Groups of grouped convolutions, which shapes alone do not tell.
GROUPS = {${groups.length > 0 ? `\n${[...new Set(groups)].join('')}` : ''}}

${body}`;
}

const body = `DTYPES = {"F32": "<f4", "I32": "<i4", "I64": "<i8"}


def read(file=WEIGHTS):
    """The arrays by name. The safetensors package does the same; this needs no package."""
    with open(file, "rb") as stream:
        data = stream.read()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length].decode())
    header.pop("__metadata__", None)
    arrays = {}
    for name, entry in header.items():
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        arrays[name] = numpy.frombuffer(data[start:end], DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return arrays


def resize(model, arrays):
    """The model itself, or a copy with narrower layers where it was pruned."""
    if all(tuple(weight.shape) == arrays[weight.path].shape for weight in model.weights):
        return model

    def narrower(layer):
        config = layer.get_config()
        shapes = {weight.name: arrays[weight.path].shape for weight in layer.weights}
        kernel = shapes.get("pointwise_kernel", shapes.get("kernel"))
        if kernel is not None and config.get("filters"):
            config["filters"] = kernel[-2 if "Transpose" in type(layer).__name__ else -1]
            paths = [weight.path.rpartition("/")[0] for weight in layer.weights]
            config["groups"] = GROUPS.get(paths[0], config.get("groups", 1))
        elif kernel is not None and config.get("units"):
            config["units"] = kernel[-1]
        return type(layer).from_config(config)

    return keras.models.clone_model(model, clone_function=narrower)


def load(model, file=WEIGHTS):
    """Gives the model every weight, each by its path, and returns it; a pruned one is a copy."""
    arrays = read(file)
    missing = sorted({weight.path for weight in model.weights} ^ set(arrays))
    if missing:
        raise ValueError("the weights and the model differ in " + ", ".join(missing[:5]))
    model = resize(model, arrays)
    for weight in model.weights:
        weight.assign(arrays[weight.path])
    return model


def build(file=MODEL_FILE, name=MODEL_NAME):
    """Runs the file that defines the model and makes one."""
    sys.path.insert(0, os.path.dirname(os.path.abspath(file)))
    spec = importlib.util.spec_from_file_location(os.path.splitext(os.path.basename(file))[0], file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    # Layers are numbered over the whole program; the weights are named as if this model were the first.
    keras.backend.clear_session()
    made = eval(name, vars(module)) if "(" in name else getattr(module, name)
    return made if isinstance(made, keras.Model) else made()


if __name__ == "__main__":
    file = sys.argv[1] if len(sys.argv) > 1 else MODEL_FILE
    if file is None:
        sys.exit("usage: python " + os.path.basename(__file__) + " path/to/model.py [name]")
    model = load(build(file, sys.argv[2] if len(sys.argv) > 2 else MODEL_NAME))
    model.summary()
    print(model.count_params(), "parameters loaded")
`;
