"""Where PyTorch keeps batch norm; people import `_BatchNorm` from here."""

from .layers import BatchNorm1d, BatchNorm2d, BatchNorm3d, SyncBatchNorm, _BatchNorm  # noqa: F401
