"""What stands for mamba-ssm, which builds on machines with CUDA only: the scan and the layer. The rest is a placeholder."""

from _espalier.inert import Inert

from .modules.mamba_simple import Mamba  # noqa: F401
from .ops.selective_scan_interface import mamba_inner_fn, selective_scan_fn  # noqa: F401

__version__ = '2.2.4'


def __getattr__(name):
    if name.startswith('__'):
        raise AttributeError(name)
    return Inert(f'mamba_ssm.{name}')
