"""Where einops keeps packing."""

from ._named import pack, unpack  # noqa: F401
