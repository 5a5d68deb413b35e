"""Re-parametrisations give the module back as it is."""

from . import _module

weight_norm = spectral_norm = orthogonal = _module
