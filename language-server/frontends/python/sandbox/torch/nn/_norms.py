"""Normalisations as functions, whose scales and statistics are given."""

import math

from _espalier import record
from torch._elementwise import apply
from torch._ops import tensor


def _given(**params):
    return {role: param for role, param in params.items() if param is not None}


def _op(kind, input, attrs, params, name):
    """The op where the model's own parameters are given; a barrier of the same shape otherwise."""
    if record.current is None or record.own(params):
        return record.op(kind, [input], attrs, params=params, shapes=[input.shape])[0]
    return record.unknown(name, [input, *params.values()], [input.shape])[0]


def batch_norm(input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
    input = tensor(input)
    given = _given(weight=weight, bias=bias, running_mean=running_mean, running_var=running_var)
    if running_mean is None or running_var is None or (weight is None) != (bias is None):
        return record.unknown('batch norm without running statistics', [input, *given.values()], [input.shape])[0]
    attrs = {'features': running_mean.shape[0], 'eps': float(eps), 'momentum': float(momentum or 0.1), 'affine': weight is not None}
    return _op('batchNorm2d', input, attrs, given, 'functional batch norm')


def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5):
    input = tensor(input)
    shape = _shape(normalized_shape)
    attrs = {'features': math.prod(shape), 'shape': shape, 'eps': float(eps), 'affine': weight is not None}
    if weight is not None and bias is None:
        attrs['bias'] = False
    return _op('layerNorm', input, attrs, _given(weight=weight, bias=bias), 'functional layer norm')


def rms_norm(input, normalized_shape, weight=None, eps=None):
    input = tensor(input)
    shape = _shape(normalized_shape)
    attrs = {'shape': shape, 'features': math.prod(shape), 'eps': float(eps or 1e-6), 'affine': weight is not None}
    return _op('rmsNorm', input, attrs, _given(weight=weight), 'functional RMS norm')


def group_norm(input, num_groups, weight=None, bias=None, eps=1e-5):
    input = tensor(input)
    attrs = {'groups': num_groups, 'features': input.shape[1], 'eps': float(eps), 'affine': weight is not None}
    return _op('groupNorm', input, attrs, _given(weight=weight, bias=bias), 'functional group norm')


def instance_norm(input, running_mean=None, running_var=None, weight=None, bias=None, use_input_stats=True,
                  momentum=0.1, eps=1e-5):  # fmt: skip
    input = tensor(input)
    given = _given(weight=weight, bias=bias, running_mean=running_mean, running_var=running_var)
    attrs = {'features': input.shape[1], 'eps': float(eps), 'affine': weight is not None, 'track': running_mean is not None}
    return _op('instanceNorm', input, attrs, given, 'functional instance norm')


def local_response_norm(input, size, alpha=1e-4, beta=0.75, k=1.0):
    return apply('localResponseNorm', input, size=size, alpha=float(alpha), beta=float(beta), k=float(k))


def _shape(shape):
    return [int(size) for size in (shape if isinstance(shape, (tuple, list)) else (shape,))]
