"""`keras.activations`: activations by name or function. Each is one operation of a functional model."""

from _espalier.inert import Inert

from . import _graph
from ._emit import emit, sizes

# Keras has a folder here, whose files people import from.
__path__ = []

def _plain(title, kind, **attrs):
    def function(x, *_, **__):
        return emit(kind, [x], attrs)[0]

    function.__name__ = title
    return _graph.operation(title)(function)


linear = _graph.operation('linear')(lambda x, *_, **__: x)
relu6 = _plain('relu6', 'relu6')
sigmoid = _plain('sigmoid', 'sigmoid')
tanh = _plain('tanh', 'tanh')
silu = _plain('silu', 'silu')
mish = _plain('mish', 'mish')
selu = _plain('selu', 'selu')
softplus = _plain('softplus', 'softplus')
softsign = _plain('soft_sign', 'softsign')
exponential = _plain('exp', 'exp')
log_sigmoid = _plain('log_sigmoid', 'logSigmoid')
# Keras 3's is relu6(x + 3) / 6, which is PyTorch's too.
hard_sigmoid = _plain('hard_sigmoid', 'hardSigmoid')
hard_silu = _plain('hard_silu', 'hardSwish')
hard_tanh = _plain('hard_tanh', 'clamp', min=-1.0, max=1.0)
tanh_shrink = _plain('tanh_shrink', 'tanhshrink')
squareplus = _plain('squareplus', 'softplus')
sparse_plus = _plain('sparse_plus', 'softplus')
swish, hard_swish = silu, hard_silu


@_graph.operation('relu')
def relu(x, negative_slope=0.0, max_value=None, threshold=0.0, alpha=None):
    slope = negative_slope if alpha is None else alpha
    if threshold:
        return emit('threshold', [x], {'threshold': float(threshold), 'value': 0.0})[0]
    if max_value is not None and not slope:
        return emit('relu6', [x], {})[0] if max_value == 6 else emit('clamp', [x], {'min': 0.0, 'max': float(max_value)})[0]
    return emit('leakyRelu', [x], {'slope': float(slope)})[0] if slope else emit('relu', [x], {})[0]


@_graph.operation('leaky_relu')
def leaky_relu(x, negative_slope=0.2, alpha=None, **_):
    return emit('leakyRelu', [x], {'slope': float(negative_slope if alpha is None else alpha)})[0]


@_graph.operation('elu')
def elu(x, alpha=1.0):
    return emit('elu', [x], {'alpha': float(alpha)})[0]


@_graph.operation('celu')
def celu(x, alpha=1.0):
    return emit('celu', [x], {'alpha': float(alpha)})[0]


@_graph.operation('gelu')
def gelu(x, approximate=False):
    return emit('gelu', [x], {'approximate': 'tanh' if approximate else 'none'})[0]


@_graph.operation('glu')
def glu(x, axis=-1):
    from . import ops

    a, b = ops.split(x, 2, axis)
    return ops.multiply(a, sigmoid(b))


@_graph.operation('threshold')
def threshold(x, threshold_value=0.0, value=0.0, **_):
    return emit('threshold', [x], {'threshold': float(threshold_value), 'value': float(value)})[0]


@_graph.operation('hard_shrink')
def hard_shrink(x, threshold=0.5):
    return emit('hardshrink', [x], {'lambda': float(threshold)})[0]


@_graph.operation('soft_shrink')
def soft_shrink(x, threshold=0.5):
    return emit('softshrink', [x], {'lambda': float(threshold)})[0]


def _along(kind, x, axis):
    rank = len(sizes(x))
    axes = [a % rank for a in axis] if isinstance(axis, (tuple, list)) else [axis % rank]
    if len(axes) == 1:
        return emit(kind, [x], {'axis': axes[0]})[0]
    # Several axes at once are one long one.
    from . import ops

    kept = [i for i in range(rank) if i not in axes]
    flat = ops.reshape(ops.transpose(x, [*kept, *axes]), [*(sizes(x)[i] for i in kept), -1])
    out = ops.reshape(emit(kind, [flat], {'axis': len(kept)})[0], [sizes(x)[i] for i in [*kept, *axes]])
    order = [*kept, *axes]
    return ops.transpose(out, [order.index(i) for i in range(rank)])


@_graph.operation('softmax')
def softmax(x, axis=-1):
    return _along('softmax', x, axis)


@_graph.operation('log_softmax')
def log_softmax(x, axis=-1):
    return _along('logSoftmax', x, axis)


_names = {
    'linear', 'relu', 'relu6', 'sigmoid', 'tanh', 'silu', 'swish', 'mish', 'selu', 'elu', 'celu', 'gelu', 'glu', 'softplus',
    'softsign', 'softmax', 'log_softmax', 'exponential', 'leaky_relu', 'hard_sigmoid', 'hard_silu', 'hard_swish', 'hard_tanh',
    'log_sigmoid', 'tanh_shrink', 'hard_shrink', 'soft_shrink', 'squareplus', 'sparse_plus', 'threshold',
}  # fmt: skip


def get(identifier):
    """An activation by name; None is none at all."""
    if identifier is None:
        return linear
    if isinstance(identifier, dict):
        identifier = identifier.get('config', identifier.get('class_name'))
    if isinstance(identifier, str):
        if identifier not in _names:
            raise ValueError(f'Could not interpret activation function identifier: {identifier}')
        return globals()[identifier]
    return identifier


def serialize(activation):
    return getattr(activation, '__name__', 'linear')


def title(activation):
    return getattr(activation, 'title', None) or getattr(activation, '__name__', 'activation')


def __getattr__(name):
    if name.startswith('_'):
        raise AttributeError(name)
    return Inert(f'keras.activations.{name}')
