"""Convolutions of one to three spatial dimensions, and their transposes, as functions."""

from _espalier import record
from torch._ops import tensor

from . import _per_sample
from ._sizes import each


def attributes(rank, channels, kernel, stride, padding, dilation, groups, bias, output_padding=None):
    """The op table's attributes; `channels` are (in, out)."""
    attrs = {
        'inChannels': channels[0],
        'outChannels': channels[1],
        'kernel': each(kernel, rank, 'kernel_size'),
        'stride': each(stride, rank, 'stride'),
        'padding': each(padding, rank, 'padding'),
        'dilation': each(dilation, rank, 'dilation'),
        'groups': groups,
        'bias': bias,
    }
    if output_padding is not None:
        attrs['outputPadding'] = each(output_padding, rank, 'output_padding')
    return attrs


def convolution(rank):
    def conv(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
        out, per_group, *kernel = weight.shape
        channels = (per_group * groups, out)
        attrs = attributes(rank, channels, kernel, stride, padding, dilation, groups, bias is not None)
        return batched(rank, tensor(input), lambda x: _convolve(f'conv{rank}d', x, attrs, _given(weight, bias)))

    return conv


def transposed(rank):
    def conv_transpose(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
        inner, per_group, *kernel = weight.shape
        channels = (inner, per_group * groups)
        biased = bias is not None
        attrs = attributes(rank, channels, kernel, stride, padding, dilation, groups, biased, output_padding)
        return _convolve(f'convTranspose{rank}d', tensor(input), attrs, _given(weight, bias))

    return conv_transpose


def _convolve(kind, input, attrs, given):
    if _per_sample.grows(attrs['groups']):
        return _per_sample.convolution(kind, input, attrs, given)
    return record.op(kind, [input], attrs, params=given)[0]


def _given(weight, bias):
    return {'weight': weight} if bias is None else {'weight': weight, 'bias': bias}


def batched(rank, input, convolve):
    """PyTorch takes images without a batch dimension too."""
    if len(input.shape) == rank + 1:
        return convolve(input.unsqueeze(0)).squeeze(0)
    return convolve(input)


conv1d, conv2d, conv3d = map(convolution, (1, 2, 3))
conv_transpose1d, conv_transpose2d, conv_transpose3d = map(transposed, (1, 2, 3))
