"""A stand-in for einops: patterns become the reshapes, permutations and reductions that they say."""

from ._apply import rearrange, reduce, repeat
from ._named import asnumpy, einsum, pack, parse_shape, unpack
from ._pattern import EinopsError

__version__ = '0.8.0'
__all__ = ['EinopsError', 'asnumpy', 'einsum', 'pack', 'parse_shape', 'rearrange', 'reduce', 'repeat', 'unpack']
