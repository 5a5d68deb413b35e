"""How many values fall where: histograms and counts of numbers. Routers of experts ask for them."""

from _espalier import record
from _espalier.dims import Size

from . import _constant, _values
from ._dtypes import default, int64
from ._ops import tensor


def histc(input, bins=100, min=0, max=0, **_):
    """Of `bins` ranges of equal width. How long it is never depends on the values."""
    input = tensor(input)
    return record.unknown('histc', [input], [Size([bins])], dtype=input.dtype)[0]


def bincount(input, weights=None, minlength=0):
    """How often each number occurs. How long it is depends on the largest, which an activation does not tell."""
    places = list(map(int, tensor(input)._values('the largest value')))
    each = [1] * len(places) if weights is None else _values.of(weights) or [0.0] * len(places)
    totals = [0] * max([minlength, *(place + 1 for place in places)])
    for place, weight in zip(places, each):
        totals[place] += weight
    return _constant.make([len(totals)], totals, int64 if weights is None else default())


def grouped_mm(input, mat2, *, offs=None, bias=None, out_dtype=None):
    """Rows of `input` times the matrix of their group, which begin and end at `offs`. The shape is the same wherever."""
    a, b = input.shape, mat2.shape
    lead = [offs.shape[0]] if len(a) == len(b) == 2 else [a[0]] if len(a) == len(b) == 3 else []
    inputs = [x for x in (input, mat2, offs, bias) if x is not None]
    return record.unknown('grouped_mm', inputs, [Size([*lead, a[-2], b[-1]])], dtype=out_dtype or input.dtype)[0]


table = {'histc': histc, 'bincount': bincount}
