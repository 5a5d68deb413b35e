"""Convolutions with a group for each sample: filters that a network makes of its input, a set for each image."""

from _espalier import dims, record, rules
from _espalier.dims import BatchDim, Size
from _espalier.host import ShapeMismatch


def grows(groups):
    """Whether there are more groups the more samples there are."""
    return isinstance(dims.as_dim(groups), BatchDim)


def convolution(kind, input, attrs, given):
    """The samples' channels lie side by side, 1×(N·C)×H×W. The op table has no such op: a barrier with its shape.

    The shape is what one sample's groups make of one sample's channels, with the samples side by side again.
    """
    one = dict(attrs)
    sizes = {name: dims.as_dim(attrs[name]) for name in ('inChannels', 'outChannels', 'groups')}
    channels = dims.as_dim(input.shape[1])
    if not all(isinstance(size, BatchDim) for size in (*sizes.values(), channels)):
        raise record.Barrier('a convolution whose groups grow with the batch and whose channels do not')
    if channels != sizes['inChannels']:
        said = f'expects {sizes["inChannels"]} input channels but the input is {dims.show(input.shape)}'
        raise ShapeMismatch(f'{kind} {said}')
    one.update({name: size.batch for name, size in sizes.items()})
    made = rules.shapes(kind, [[input.shape[0], channels.batch, *input.shape[2:]]], one)[0]
    shape = Size([made[0], made[1] * BatchDim(1), *made[2:]])
    return record.unknown(f'{kind} with a group for each sample', [input, *given.values()], [shape])[0]
