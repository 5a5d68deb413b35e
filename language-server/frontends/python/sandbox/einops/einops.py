"""Where einops keeps its functions, and where some files import them from."""

from . import EinopsError, asnumpy, einsum, pack, parse_shape, rearrange, reduce, repeat, unpack  # noqa: F401
