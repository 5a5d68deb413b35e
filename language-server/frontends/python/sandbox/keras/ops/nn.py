"""Functions of networks: convolutions whose kernel is a tensor, pooling, attention, normalisation."""

from _espalier.dims import Size

from .. import _graph
from .._emit import barrier, emit, sizes


def _pool(kind):
    def function(inputs, pool_size, strides=None, padding='valid', data_format=None):
        rank = len(sizes(inputs)) - 2
        each = lambda value: [value] * rank if isinstance(value, int) else list(value)  # noqa: E731
        attrs = {'kernel': each(pool_size), 'stride': each(pool_size if strides is None else strides), 'padding': str(padding).lower()}
        if kind == 'avgPool':
            attrs['countIncludePad'] = False
        return emit(f'{kind}{rank}d', [inputs], attrs)[0]

    return function


max_pool = _graph.operation('max_pool')(_pool('maxPool'))
average_pool = _graph.operation('average_pool')(_pool('avgPool'))


@_graph.operation('conv')
def conv(inputs, kernel, strides=1, padding='valid', data_format=None, dilation_rate=1):
    *window, per_group, out = sizes(kernel)
    rank = len(window)
    each = lambda value: [value] * rank if isinstance(value, int) else list(value)  # noqa: E731
    channels = sizes(inputs)[-1]
    attrs = {
        'inChannels': channels, 'outChannels': out, 'kernel': window, 'stride': each(strides), 'padding': str(padding).lower(),
        'dilation': each(dilation_rate), 'groups': channels // per_group, 'bias': False,
    }  # fmt: skip
    return emit(f'conv{rank}d', [inputs], attrs, None, {'weight': kernel})[0]


@_graph.operation('depthwise_conv')
def depthwise_conv(inputs, kernel, strides=1, padding='valid', data_format=None, dilation_rate=1):
    *window, channels, multiplier = sizes(kernel)
    rank = len(window)
    each = lambda value: [value] * rank if isinstance(value, int) else list(value)  # noqa: E731
    attrs = {
        'inChannels': channels, 'outChannels': channels * multiplier, 'kernel': window, 'stride': each(strides),
        'padding': str(padding).lower(), 'dilation': each(dilation_rate), 'groups': channels, 'bias': False,
    }  # fmt: skip
    return emit(f'conv{rank}d', [inputs], attrs, None, {'weight': kernel})[0]


@_graph.operation('normalize')
def normalize(x, axis=-1, order=2, epsilon=None):
    axis = axis % len(sizes(x))
    return emit('normalize', [x], {'axis': axis, 'p': order, 'eps': epsilon or 1e-12})[0]


@_graph.operation('dot_product_attention')
def dot_product_attention(query, key, value, bias=None, mask=None, scale=None, is_causal=False, **_):
    """Batch, positions, heads, width."""
    order = {'order': [0, 2, 1, 3]}
    q, k, v = (emit('permute', [x], order)[0] for x in (query, key, value))
    attrs = {'causal': bool(is_causal), 'scale': scale, 'dropout': 0.0, 'groups': sizes(q)[1] // sizes(k)[1]}
    return emit('permute', emit('attention', [q, k, v], attrs), order)[0]


@_graph.operation('one_hot')
def one_hot(x, num_classes, axis=-1, **_):
    given = list(sizes(x))
    given.insert(len(given) if axis == -1 else axis, num_classes)
    return barrier('one_hot', [x], [Size(given)])[0]


@_graph.operation('layer_normalization')
def layer_normalization(x, gamma=None, beta=None, axis=-1, epsilon=None, **_):
    if gamma is None and beta is None and axis == -1:
        width = sizes(x)[-1]
        return emit('layerNorm', [x], {'features': width, 'shape': [width], 'eps': epsilon or 1e-3, 'affine': False})[0]
    return barrier('layer_normalization', [x], [sizes(x)])[0]


__all__ = [
    'max_pool', 'average_pool', 'conv', 'depthwise_conv', 'normalize', 'dot_product_attention', 'one_hot', 'layer_normalization',
]  # fmt: skip
