"""`torch.nn.modules`: one file an idea; `torch.nn` has them all."""

from . import activation, container, layers, module, opaque, resize  # noqa: F401
from .activation import *  # noqa: F403
from .container import *  # noqa: F403
from .layers import *  # noqa: F403
from .module import Module  # noqa: F401
