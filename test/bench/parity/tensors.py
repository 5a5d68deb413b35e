"""Tensors to and from .safetensors files, for Pythons that have PyTorch but not that package. float32 and int32."""

import json
import struct

import torch

_NAMES = {torch.float32: 'F32', torch.int32: 'I32'}


def save_file(tensors, path):
    header, parts, at = {}, [], 0
    for name, value in tensors.items():
        data = value.detach().cpu().contiguous().numpy().tobytes()
        header[name] = {'dtype': _NAMES[value.dtype], 'shape': list(value.shape), 'data_offsets': [at, at + len(data)]}
        parts.append(data)
        at += len(data)
    text = json.dumps(header).encode()
    with open(path, 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text)
        file.writelines(parts)


def load_file(path):
    with open(path, 'rb') as file:
        raw = bytearray(file.read())
    size = struct.unpack('<Q', raw[:8])[0]
    header = json.loads(raw[8 : 8 + size].decode())
    dtypes = {name: dtype for dtype, name in _NAMES.items()}
    found = {}
    for name, about in header.items():
        if name != '__metadata__':
            begin, end = (8 + size + offset for offset in about['data_offsets'])
            found[name] = torch.frombuffer(raw[begin:end], dtype=dtypes[about['dtype']]).reshape(about['shape'])
    return found
