"""`keras.ops`: NumPy's functions and those of networks, on Keras tensors. What is missing is a named barrier."""

from _espalier import record
from _espalier.inert import Inert

from .. import _graph
from .._tensor import raw, tensors_of, wrap
from ..activations import (  # noqa: F401
    celu, elu, gelu, glu, hard_shrink, hard_sigmoid, hard_silu, hard_swish, hard_tanh, leaky_relu, log_sigmoid, log_softmax, relu,
    relu6, selu, sigmoid, silu, soft_shrink, softmax, softplus, softsign, sparse_plus, squareplus, swish, tanh, tanh_shrink, threshold,
)  # fmt: skip
from .creating import *  # noqa: F403
from .elementwise import *  # noqa: F403
from .nn import *  # noqa: F403
from .reducing import *  # noqa: F403
from .shaping import *  # noqa: F403


def _unknown(name):
    """A function that the stand-ins lack: a barrier that keeps the shape of its first tensor."""

    def function(*args, **kwargs):
        given = [raw(tensor) for tensor in tensors_of([args, kwargs])]
        answer = record.unknown_call(f'keras.ops.{name}', given, {})
        if answer is not None:
            return wrap(answer)
        return tensors_of([args, kwargs])[0] if given else Inert(f'keras.ops.{name}()')

    return _graph.operation(name)(function)


def __getattr__(name):
    if name.startswith('_'):
        raise AttributeError(name)
    made = _unknown(name)
    globals()[name] = made
    return made
