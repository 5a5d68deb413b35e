"""`torch.nn.init`: no values change, but the graph learns how a parameter starts (He 2015, Glorot 2010)."""

import math

from _espalier import dims


def _set(tensor, kind, **values):
    if hasattr(tensor, 'shape'):
        tensor._init = {'kind': kind, **values}
    return tensor


def constant_(tensor, val):
    return _set(tensor, 'constant', value=float(val))


def zeros_(tensor):
    return constant_(tensor, 0)


def ones_(tensor):
    return constant_(tensor, 1)


def normal_(tensor, mean=0.0, std=1.0, generator=None):
    return _set(tensor, 'normal', std=float(std))


def trunc_normal_(tensor, mean=0.0, std=1.0, a=-2.0, b=2.0, generator=None):
    return normal_(tensor, mean, std)


def uniform_(tensor, a=0.0, b=1.0, generator=None):
    return _set(tensor, 'uniform', bound=max(abs(float(a)), abs(float(b))))


def calculate_gain(nonlinearity, param=None):
    if nonlinearity == 'leaky_relu':
        return math.sqrt(2 / (1 + (0.01 if param is None else param) ** 2))
    return {'tanh': 5 / 3, 'relu': math.sqrt(2), 'selu': 3 / 4}.get(nonlinearity, 1.0)


def _calculate_fan_in_and_fan_out(tensor):
    shape = [int(dims.as_dim(size)) for size in tensor.shape]
    if len(shape) < 2:
        raise ValueError('Fan in and fan out can not be computed for tensor with fewer than 2 dimensions')
    field = math.prod(shape[2:])
    return shape[1] * field, shape[0] * field


def _calculate_correct_fan(tensor, mode):
    return _calculate_fan_in_and_fan_out(tensor)[mode == 'fan_out']


def kaiming_normal_(tensor, a=0, mode='fan_in', nonlinearity='leaky_relu', generator=None):
    std = calculate_gain(nonlinearity, a) / math.sqrt(max(1, _calculate_correct_fan(tensor, mode)))
    return normal_(tensor, 0, std)


def kaiming_uniform_(tensor, a=0, mode='fan_in', nonlinearity='leaky_relu', generator=None):
    std = calculate_gain(nonlinearity, a) / math.sqrt(max(1, _calculate_correct_fan(tensor, mode)))
    return uniform_(tensor, -math.sqrt(3) * std, math.sqrt(3) * std)


def _xavier(tensor, gain):
    fan_in, fan_out = _calculate_fan_in_and_fan_out(tensor)
    return gain * math.sqrt(2 / max(1, fan_in + fan_out))


def xavier_normal_(tensor, gain=1.0, generator=None):
    return normal_(tensor, 0, _xavier(tensor, gain))


def xavier_uniform_(tensor, gain=1.0, generator=None):
    return uniform_(tensor, 0, math.sqrt(3) * _xavier(tensor, gain))


def orthogonal_(tensor, gain=1, generator=None):
    """Orthogonal rows look like a normal distribution of variance 1/columns, weight by weight."""
    return normal_(tensor, 0, gain / math.sqrt(max(1, _calculate_fan_in_and_fan_out(tensor)[0])))


def __getattr__(name):
    if name.startswith('__'):
        raise AttributeError(name)
    # The rest (dirac_, sparse_, eye_, and the old names without underscore) leave the default in place.
    return globals().get(f'{name}_') or (lambda tensor, *args, **kwargs: tensor)
