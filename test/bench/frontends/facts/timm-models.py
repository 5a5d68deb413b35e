"""Lists timm's architecture files: one JSON object, file → [[entry point, input size], …] as they stand in the file."""

import json
import sys

from timm.models import _registry, get_pretrained_cfg

deprecated = getattr(_registry, '_deprecated_models', {})
files = {}
for file in sorted(_registry._module_to_models):
    entries = [(name, _registry._model_entrypoints[name]) for name in _registry._module_to_models[file]]
    entries = [(name, make) for name, make in entries if name not in deprecated and get_pretrained_cfg(name)]
    entries.sort(key=lambda entry: entry[1].__code__.co_firstlineno)
    files[file] = [[name, list(get_pretrained_cfg(name).input_size)] for name, _ in entries]
json.dump(files, sys.stdout)
