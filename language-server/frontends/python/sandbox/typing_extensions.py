"""typing_extensions: what newer Pythons have in typing. Releases older than this Python do not run on it."""

import typing
from typing import *  # noqa: F403


def __getattr__(name):
    found = getattr(typing, name, None)
    if found is None:
        if name.startswith('__'):
            raise AttributeError(name)
        from _espalier.inert import Inert

        found = Inert(f'typing_extensions.{name}')
    globals()[name] = found
    return found
