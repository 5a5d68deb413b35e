"""Pooling of one to three spatial dimensions, as functions."""

from _espalier import record
from torch._ops import tensor

from ._sizes import each, size


def max_attributes(rank, kernel_size, stride, padding, dilation, ceil_mode):
    return {
        'kernel': each(kernel_size, rank, 'kernel_size'),
        'stride': each(kernel_size if stride is None or stride == [] else stride, rank, 'stride'),
        'padding': each(padding, rank, 'padding'),
        'dilation': each(dilation, rank, 'dilation'),
        'ceilMode': bool(ceil_mode),
    }


def average_attributes(rank, kernel_size, stride, padding, ceil_mode, count_include_pad):
    attrs = max_attributes(rank, kernel_size, stride, padding, 1, ceil_mode)
    del attrs['dilation']
    return attrs | {'countIncludePad': bool(count_include_pad)}


def maximum(rank):
    def max_pool(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False, module=None):
        attrs = max_attributes(rank, kernel_size, stride, padding, dilation, ceil_mode)
        return pooled(f'maxPool{rank}d', rank, input, attrs, return_indices, module)

    return max_pool


def average(rank):
    def avg_pool(input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True,
                 divisor_override=None, module=None):  # fmt: skip
        attrs = average_attributes(rank, kernel_size, stride, padding, ceil_mode, count_include_pad)
        return pooled(f'avgPool{rank}d', rank, input, attrs, False, module)

    return avg_pool


def adaptive(kind, rank):
    """A None in the output size keeps the input's."""

    def adaptive_pool(input, output_size, return_indices=False, module=None):
        wanted = list(output_size) if isinstance(output_size, (tuple, list)) else [output_size] * rank
        wanted = wanted * (rank // len(wanted))
        spatial = input.shape[-rank:]
        if len(spatial) == rank:
            wanted = [spatial[i] if item is None else size(item, 'output_size') for i, item in enumerate(wanted)]
        else:
            wanted = [1 if item is None else item for item in wanted]
        return pooled(f'adaptive{kind}Pool{rank}d', rank, input, {'output': wanted}, return_indices, module)

    return adaptive_pool


def pooled(kind, rank, input, attrs, indices=False, module=None):
    input = tensor(input)
    if len(input.shape) == rank + 1:
        # Without a batch dimension.
        out = pooled(kind, rank, input.unsqueeze(0), attrs, indices, module)
        return tuple(x.squeeze(0) for x in out) if indices else out.squeeze(0)
    if indices:
        # Two outputs: the positions of the largest are no op of the table.
        return tuple(record.unknown(f'{kind} with indices', [input], record.shape_of(kind, [input], attrs) * 2))
    return record.op(kind, [input], attrs, module)[0]


max_pool1d, max_pool2d, max_pool3d = map(maximum, (1, 2, 3))
avg_pool1d, avg_pool2d, avg_pool3d = map(average, (1, 2, 3))
adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d = (adaptive('Avg', rank) for rank in (1, 2, 3))
adaptive_max_pool1d, adaptive_max_pool2d, adaptive_max_pool3d = (adaptive('Max', rank) for rank in (1, 2, 3))


def lp_pool1d(input, norm_type, kernel_size, stride=None, ceil_mode=False):
    return avg_pool1d(input, kernel_size, stride, 0, ceil_mode)


def lp_pool2d(input, norm_type, kernel_size, stride=None, ceil_mode=False):
    return avg_pool2d(input, kernel_size, stride, 0, ceil_mode)
