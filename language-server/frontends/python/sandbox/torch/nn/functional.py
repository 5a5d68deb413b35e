"""`torch.nn.functional`: the layers' twins, whose parameters are given."""

from _espalier import record
from _espalier.dims import Size
from torch import _constant, _elementwise, _methods, _reduce, _values
from torch._counting import grouped_mm  # noqa: F401
from torch._elementwise import apply
from torch._matmul import matmul
from torch._ops import add, tensor
from torch._slice import chunk

from ._attention import multi_head_attention_forward, scaled_dot_product_attention  # noqa: F401
from ._convolution import *  # noqa: F403
from ._norms import batch_norm, group_norm, instance_norm, layer_norm, local_response_norm, rms_norm  # noqa: F401
from ._pooling import *  # noqa: F403
from ._resize import channel_shuffle, fold, interpolate, pad, pixel_shuffle, pixel_unshuffle, unfold  # noqa: F401

upsample = interpolate
normalize = _reduce.normalize


def _plain(kind):
    def activation(input, inplace=False):
        return apply(kind, input, None, inplace is True)

    return activation


relu, relu6, silu, mish = map(_plain, ('relu', 'relu6', 'silu', 'mish'))
hardswish, hardsigmoid, sigmoid, tanh = map(_plain, ('hardSwish', 'hardSigmoid', 'sigmoid', 'tanh'))
selu, logsigmoid, softsign, tanhshrink = map(_plain, ('selu', 'logSigmoid', 'softsign', 'tanhshrink'))
relu_ = lambda input: relu(input, True)  # noqa: E731
swish = silu


def gelu(input, approximate='none'):
    return apply('gelu', input, approximate=approximate)


def leaky_relu(input, negative_slope=0.01, inplace=False):
    return apply('leakyRelu', input, None, inplace, slope=float(negative_slope))


rrelu = lambda input, lower=1 / 8, upper=1 / 3, training=False, inplace=False: leaky_relu(input, (lower + upper) / 2, inplace)  # noqa: E731


def elu(input, alpha=1.0, inplace=False):
    return apply('elu', input, None, inplace, alpha=float(alpha))


def celu(input, alpha=1.0, inplace=False):
    return apply('celu', input, None, inplace, alpha=float(alpha))


def hardtanh(input, min_val=-1.0, max_val=1.0, inplace=False):
    return apply('clamp', input, None, inplace, min=float(min_val), max=float(max_val))


def hardshrink(input, lambd=0.5):
    return apply('hardshrink', input, **{'lambda': float(lambd)})


def softshrink(input, lambd=0.5):
    return apply('softshrink', input, **{'lambda': float(lambd)})


def threshold(input, threshold, value, inplace=False):
    return apply('threshold', input, None, inplace, threshold=float(threshold), value=float(value))


def softplus(input, beta=1, threshold=20):
    # softplus with beta is softplus(βx)/β.
    return apply('softplus', input) if beta == 1 else apply('softplus', input * beta) / beta


def prelu(input, weight):
    return record.op('prelu', [input], {'count': weight.numel()}, params={'weight': weight}, shapes=[input.shape])[0]


def softmax(input, dim=None, _stacklevel=3, dtype=None):
    return _elementwise.softmax('softmax', input, dim)


def log_softmax(input, dim=None, _stacklevel=3, dtype=None):
    return _elementwise.softmax('logSoftmax', input, dim)


def softmin(input, dim=None, **_):
    return softmax(-input, dim)


def gumbel_softmax(logits, tau=1, hard=False, eps=1e-10, dim=-1):
    return softmax(logits / tau, dim)


def glu(input, dim=-1):
    a, b = chunk(input, 2, dim)
    return a * sigmoid(b)


def dropout(input, p=0.5, training=True, inplace=False):
    return apply('dropout', input, None, inplace, rate=float(p))


dropout1d = dropout2d = dropout3d = alpha_dropout = feature_alpha_dropout = dropout


def linear(input, weight, bias=None):
    input = tensor(input)
    attrs = {'inFeatures': weight.shape[-1], 'outFeatures': weight.shape[0], 'bias': bias is not None}
    given = {'weight': weight} if bias is None else {'weight': weight, 'bias': bias}
    if record.current is not None and (len(weight.shape) != 2 or not record.own(given)):
        # A weight that is computed, or a part of a larger one: the same product, by its own operations.
        out = matmul(input, weight.t())
        return out if bias is None else add(out, bias)
    return record.op('linear', [input], attrs, params=given)[0]


def bilinear(input1, input2, weight, bias=None):
    out, in1, in2 = weight.shape
    attrs = {'in1': in1, 'in2': in2, 'out': out, 'bias': bias is not None}
    given = {'weight': weight} if bias is None else {'weight': weight, 'bias': bias}
    return record.op('bilinear', [input1, input2], attrs, params=given, shapes=[Size([*input1.shape[:-1], out])])[0]


def embedding(input, weight, *args, **kwargs):
    input = tensor(input)
    attrs = {'count': weight.shape[0], 'features': weight.shape[1]}
    shape = Size([*input.shape, weight.shape[1]])
    return record.op('embedding', [input], attrs, params={'weight': weight}, shapes=[shape], dtype=weight.dtype)[0]


def embedding_bag(input, weight, offsets=None, *args, **kwargs):
    shape = Size([offsets.shape[0] if offsets is not None else input.shape[0], weight.shape[1]])
    return record.unknown('embedding_bag', [input, weight], [shape], dtype=weight.dtype)[0]


def one_hot(tensor, num_classes=-1):
    if num_classes < 0:
        num_classes = max(tensor._values('the largest value')) + 1
    made = record.unknown('one_hot', [tensor], [Size([*tensor.shape, num_classes])], dtype=tensor.dtype)[0]
    known = None if record.traced(tensor) else tensor._data
    if known is not None and _values.fits(made.shape):
        made._data = [int(value == i) for value in known for i in range(num_classes)]
    return made


def cosine_similarity(x1, x2, dim=1, eps=1e-8):
    return (normalize(x1, dim=dim, eps=eps) * normalize(x2, dim=dim, eps=eps)).sum(dim)


def pairwise_distance(x1, x2, p=2.0, eps=1e-6, keepdim=False):
    return _reduce.norm(x1 - x2, p, -1, keepdim)


def grid_sample(input, grid, *args, **kwargs):
    return record.unknown('grid_sample', [input, grid], [Size([*input.shape[:2], *grid.shape[1:-1]])])[0]


def affine_grid(theta, size, align_corners=None):
    return record.unknown('affine_grid', [theta], [Size([size[0], *size[2:], len(size) - 2])])[0]


# What `torch` has under the same names.
shared = (
    'relu relu_ selu celu prelu rrelu threshold sigmoid tanh softmax log_softmax dropout alpha_dropout conv1d conv2d conv3d '
    'conv_transpose1d conv_transpose2d conv_transpose3d max_pool1d max_pool2d max_pool3d avg_pool1d adaptive_avg_pool1d '
    'adaptive_max_pool1d pixel_shuffle pixel_unshuffle channel_shuffle batch_norm group_norm instance_norm layer_norm '
    'embedding embedding_bag bilinear cosine_similarity pairwise_distance hardshrink rms_norm'
).split()


def __getattr__(name):
    if name.startswith('__'):
        raise AttributeError(name)
    found = _methods.named.get(name)
    if found:
        return found
    if name.endswith('_') and name[:-1] in globals():
        function = globals()[name[:-1]]
        return lambda input, *args, **kwargs: input._become(function(input, *args, **kwargs))
    if name.endswith(('loss', 'entropy', 'entropy_with_logits', 'div')):
        return lambda *args, **kwargs: _constant.filled([], 0.0)
    from _espalier.inert import Inert

    return Inert(f'F.{name}')
