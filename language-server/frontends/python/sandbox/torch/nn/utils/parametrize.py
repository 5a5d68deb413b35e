"""`torch.nn.utils.parametrize`: weights made by modules of the user's."""

import contextlib

from ._reparametrise import ParametrizationList, parametrise  # noqa: F401


def register_parametrization(module, tensor_name, parametrization, *, unsafe=False):
    return parametrise(module, tensor_name, parametrization)


def is_parametrized(module, tensor_name=None):
    lists = module._modules.get('parametrizations')
    return lists is not None and (tensor_name is None or tensor_name in lists)


def remove_parametrizations(module, tensor_name, leave_parametrized=True):
    lists = module._modules['parametrizations']
    weight = list(lists[tensor_name]._parameters.values())[-1]
    del lists[tensor_name]
    module.__dict__['_computed'].pop(tensor_name, None)
    module.register_parameter(tensor_name, weight)
    if not len(lists):
        del module._modules['parametrizations']
    return module


@contextlib.contextmanager
def cached():
    yield
