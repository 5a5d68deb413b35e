"""`torch.nn.functional`: the layers' twins without parameters of their own."""

from _espalier import record
from _espalier.dims import Size
from torch import _layout, _ops, _reduce  # noqa: F401
from torch._ops import activation, elementwise, tensor

relu = lambda input, inplace=False: activation('relu', input, inplace)  # noqa: E731
relu_ = lambda input: activation('relu', input, True)  # noqa: E731
relu6 = lambda input, inplace=False: activation('relu6', input, inplace)  # noqa: E731
silu = lambda input, inplace=False: activation('silu', input, inplace)  # noqa: E731
mish = lambda input, inplace=False: activation('mish', input, inplace)  # noqa: E731
hardswish = lambda input, inplace=False: activation('hardSwish', input, inplace)  # noqa: E731
hardsigmoid = lambda input, inplace=False: activation('hardSigmoid', input, inplace)  # noqa: E731
sigmoid = lambda input: activation('sigmoid', input)  # noqa: E731
tanh = lambda input: activation('tanh', input)  # noqa: E731
gelu = lambda input, approximate='none': activation('gelu', input, approximate=approximate)  # noqa: E731
swish = silu


def leaky_relu(input, negative_slope=0.01, inplace=False):
    return activation('leakyRelu', input, inplace, slope=float(negative_slope))


def elu(input, alpha=1.0, inplace=False):
    return activation('elu', input, inplace, alpha=float(alpha))


def softplus(input, beta=1, threshold=20):
    return activation('softplus', input) if beta == 1 else elementwise('softplus with beta', input)


def softmax(input, dim=None, _stacklevel=3, dtype=None):
    return _ops.softmax('softmax', input, dim)


def log_softmax(input, dim=None, _stacklevel=3, dtype=None):
    return _ops.softmax('logSoftmax', input, dim)


def glu(input, dim=-1):
    a, b = _layout.chunk(input, 2, dim)
    return a * activation('sigmoid', b)


def dropout(input, p=0.5, training=True, inplace=False):
    out = record.op('dropout', [tensor(input)], {'rate': float(p)})[0]
    return input._become(out) if inplace else out


dropout1d = dropout2d = dropout3d = alpha_dropout = feature_alpha_dropout = dropout


def _pair(value, what):
    from torch.nn.modules.layers import pair

    return pair(value, what)


def max_pool2d(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    attrs = {
        'kernel': _pair(kernel_size, 'kernel_size'),
        'stride': _pair(kernel_size if stride is None or stride == [] else stride, 'stride'),
        'padding': _pair(padding, 'padding'),
        'dilation': _pair(dilation, 'dilation'),
        'ceilMode': bool(ceil_mode),
    }
    return record.op('maxPool2d', [input], attrs)[0]


def avg_pool2d(input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None):
    attrs = {
        'kernel': _pair(kernel_size, 'kernel_size'),
        'stride': _pair(kernel_size if stride is None or stride == [] else stride, 'stride'),
        'padding': _pair(padding, 'padding'),
        'ceilMode': bool(ceil_mode),
        'countIncludePad': bool(count_include_pad),
    }
    return record.op('avgPool2d', [input], attrs)[0]


def adaptive_avg_pool2d(input, output_size):
    from torch.nn.modules.layers import adaptive_average

    return adaptive_average(input, output_size)


def adaptive_max_pool2d(input, output_size, return_indices=False):
    from torch.nn.modules.resize import AdaptiveMaxPool2d

    return AdaptiveMaxPool2d(output_size).forward(input)


def interpolate(input, size=None, scale_factor=None, mode='nearest', align_corners=None, **_):
    from torch.nn.modules import resize

    return resize.interpolate(input, size, scale_factor)


upsample = interpolate


def pixel_shuffle(input, upscale_factor):
    from torch.nn.modules import resize

    return resize.pixel_shuffle(input, upscale_factor)


def pad(input, pad, mode='constant', value=None):
    pad = [int(item) for item in pad]
    if mode == 'constant' and not value and len(pad) <= 4 and len(input.shape) == 4:
        return record.op('zeroPad2d', [input], {'padding': pad + [0] * (4 - len(pad))})[0]
    from torch.nn.modules import resize

    return resize.pad(f'{mode} padding', input, pad)


def _owned(kind, input, attrs, weight, bias, extra=()):
    """Parameters that a module owns under their usual names make the call that module's own layer."""
    session = record.current
    names = session.params if session else {}
    path = names.get(id(weight), '').rpartition('.weight')[0] if weight is not None else None
    own = path is not None and names.get(id(weight)) in (f'{path}.weight', 'weight')
    if bias is not None:
        own = own and names.get(id(bias)) in (f'{path}.bias', 'bias')
    declared = [shape for _, shape, trainable in record.declared(kind, attrs) if trainable]
    given = [list(p.shape) for p in (weight, bias) if p is not None]
    if record.traced(input) and own and declared == given:
        shapes = record._shapes(kind, [input], attrs)  # raises where the input does not fit
        return record.functional(kind, input, attrs, path) if shapes else input
    shapes = record._shapes(kind, [input], attrs)
    return record.unknown(f'functional {kind}', [input, *(p for p in (weight, bias) if p is not None)], shapes)[0]


def linear(input, weight, bias=None):
    attrs = {'inFeatures': weight.shape[1], 'outFeatures': weight.shape[0], 'bias': bias is not None}
    return _owned('linear', input, attrs, weight, bias)


def conv2d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    out, per_group, kh, kw = weight.shape
    attrs = {
        'inChannels': per_group * groups,
        'outChannels': out,
        'kernel': [kh, kw],
        'stride': _pair(stride, 'stride'),
        'padding': _pair(padding, 'padding'),
        'dilation': _pair(dilation, 'dilation'),
        'groups': groups,
        'bias': bias is not None,
    }
    return _owned('conv2d', input, attrs, weight, bias)


def batch_norm(input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
    return record.unknown('functional batch norm', [input], [input.shape])[0]


def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5):
    return record.unknown('functional layer norm', [input], [input.shape])[0]


def normalize(input, p=2.0, dim=1, eps=1e-12, out=None):
    return elementwise('normalize', input)


def embedding(input, weight, *args, **kwargs):
    return record.unknown('embedding', [input], [Size([*input.shape, weight.shape[1]])])[0]


def one_hot(tensor, num_classes=-1):
    return record.unknown('one_hot', [tensor], [Size([*tensor.shape, num_classes])])[0]


def unfold(input, kernel_size, dilation=1, padding=0, stride=1):
    attrs = {'inChannels': 1, 'outChannels': 1, 'groups': 1, 'bias': False, 'kernel': _pair(kernel_size, 'kernel_size')}
    attrs |= {'stride': _pair(stride, 'stride'), 'padding': _pair(padding, 'padding'), 'dilation': _pair(dilation, 'dilation')}
    one = Size([input.shape[0], 1, *input.shape[2:]])
    found = record.decode(record.ask('shape', op='conv2d', shapes=[record.encode(one)], attrs=attrs)[0])
    kh, kw = attrs['kernel']
    return record.unknown('unfold', [input], [Size([input.shape[0], input.shape[1] * kh * kw, found[2] * found[3]])])[0]


def scaled_dot_product_attention(query, key, value, *args, **kwargs):
    shape = Size([*query.shape[:-1], value.shape[-1]])
    return record.unknown('scaled_dot_product_attention', [query, key, value], [shape])[0]


def __getattr__(name):
    if name.startswith('__'):
        raise AttributeError(name)
    found = _ops.table.get(name) or _reduce.table.get(name)
    if found:
        return found
    if name.endswith(('loss', 'entropy', 'entropy_with_logits', 'div')):
        from torch import _constant

        return lambda *args, **kwargs: _constant.filled([], 0.0)
    from _espalier.inert import Inert

    return Inert(f'F.{name}')
