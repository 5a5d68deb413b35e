"""`torch.fft`: transforms as barriers of known shape."""

from _espalier import record
from _espalier.dims import Size

from . import _dtypes


def _transform(name, dtype=_dtypes.complex64, last=None):
    """`last` says what becomes of the length of the last transformed dimension, where it does not stay."""

    def function(input, n=None, dim=-1, *_, **__):
        axis = (dim[-1] if isinstance(dim, (tuple, list)) else -1 if dim is None else dim) % len(input.shape)
        size = n[-1] if isinstance(n, (tuple, list)) else n
        shape = list(input.shape)
        if last is not None:
            shape[axis] = last(shape[axis], size)
        elif size is not None:
            shape[axis] = size
        return record.unknown(name, [input], [Size(shape)], dtype=dtype)[0]

    function.__name__ = name
    return function


fft, ifft, fft2, ifft2, fftn, ifftn = map(_transform, ('fft', 'ifft', 'fft2', 'ifft2', 'fftn', 'ifftn'))
_half = lambda length, n: (length if n is None else n) // 2 + 1  # noqa: E731
_whole = lambda length, n: 2 * (length - 1) if n is None else n  # noqa: E731
rfft, rfft2, rfftn = (_transform(name, last=_half) for name in ('rfft', 'rfft2', 'rfftn'))
irfft, irfft2, irfftn = (_transform(name, _dtypes.float32, _whole) for name in ('irfft', 'irfft2', 'irfftn'))
fftshift, ifftshift = (lambda input, dim=None: input for _ in range(2))
