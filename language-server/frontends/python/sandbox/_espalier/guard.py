"""Turns calls that would leave the sandbox into nothing.

The wall itself is in the host (seal.ts); this is the courtesy in front of it.
"""

import gc
import os
import signal
import sys
import time
import warnings

from . import command_line
from .imports import BLOCKED

# The first call of this trace that would have left the sandbox, as (name, place).
left = None


def _nothing(name, answer=None):
    def call(*args, **kwargs):
        global left
        if left is None:
            from . import lines

            left = (name, lines.here())
        return answer

    return call


def _leave(*args):
    raise SystemExit(*args)


def prepare():
    """Once, before any file is read."""
    for name in list(sys.modules):
        if name in BLOCKED or name.split('.')[0] in BLOCKED:
            del sys.modules[name]
    for name in ('system', 'popen', 'kill', 'killpg', 'abort', 'fork', 'forkpty', 'posix_spawn', 'spawnv'):
        if hasattr(os, name):
            setattr(os, name, _nothing(f'os.{name}', 0))
    for name in [name for name in dir(os) if name.startswith('exec')]:
        setattr(os, name, _nothing(f'os.{name}'))
    os._exit = _leave
    time.sleep = lambda seconds: None
    warnings.simplefilter('ignore')
    sys.argv[:] = ['']
    command_line.prepare()
    settle()


def settle():
    """What is here now stays: collections of one trace's garbage need not look at it."""
    gc.collect()
    gc.freeze()


def uninterruptible():
    """A late interrupt must not tear down what the host is being told."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.settrace(None)
    sys.setprofile(None)


def interruptible():
    signal.signal(signal.SIGINT, signal.default_int_handler)
