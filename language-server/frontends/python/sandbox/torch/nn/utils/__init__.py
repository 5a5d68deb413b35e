"""`torch.nn.utils`: re-parametrisations give the module back as it is; the rest does nothing."""


def _module(module, *args, **kwargs):
    return module


weight_norm = spectral_norm = remove_weight_norm = remove_spectral_norm = _module


def __getattr__(name):
    if name.startswith('__'):
        raise AttributeError(name)
    from _espalier.inert import Inert

    return Inert(f'torch.nn.utils.{name}')
