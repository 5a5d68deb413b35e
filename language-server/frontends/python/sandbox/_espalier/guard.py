"""Makes every trace start from the same interpreter, and turns calls that would leave the sandbox into nothing.

The wall itself is in the host (seal.ts); this is the courtesy in front of it.
"""

import _signal
import atexit
import gc
import os
import signal
import sys
import time
import typing
import warnings

from . import warmth
from .imports import BLOCKED

# The first call of this trace that would have left the sandbox, as (name, place).
left = None
_modules = {}
# Every module that stays, the tracer's own among them, with the attributes that it had when all was ready.
_attributes = []
_path = []
_hooks = []
_finders = []
_limit = 0


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
    global _path, _finders, _limit
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
    _modules.update(sys.modules)
    _path, _finders = list(sys.path), list(sys.meta_path)
    _limit = sys.getrecursionlimit()
    _hooks[:] = sys.path_hooks
    _attributes[:] = [(module, dict(vars(module))) for module in sys.modules.values() if module is not sys]
    # What is here now stays: collections of one trace's garbage need not look at it.
    gc.collect()
    gc.freeze()


def restore(attributes=_attributes, table=sys.modules, set_signal=_signal.signal, ignore=_signal.SIG_IGN, names=vars):
    """Forgets what the last file did: its modules, its patches of all others, its handlers and limits.

    What it needs itself comes in its defaults, for the file may have patched this module too.
    """
    # A late interrupt (2) must not tear this down halfway.
    set_signal(2, ignore)
    for module, kept in attributes:
        own = names(module)
        for name in [name for name in own if name not in kept]:
            del own[name]
        own.update(kept)
    sys.modules = table
    sys.settrace(None)
    sys.setprofile(None)
    sys.setrecursionlimit(_limit)
    sys.path, sys.meta_path, sys.path_hooks = list(_path), list(_finders), list(_hooks)
    sys.argv[:] = ['']
    added = [name for name in sys.modules if name not in _modules]
    warmth.want(added)
    for name in added:
        del sys.modules[name]
    sys.modules.update(_modules)
    warmth.restore()
    # What the library keeps of everyone's functions and classes would keep all modules of the file alive.
    atexit._clear()
    typing.clear_overloads()
    for clear in typing._cleanups:
        clear()
    gc.collect()


def settle():
    """Between traces: what the last one needed of the standard library is there for the next."""
    warmth.load(_modules)
    gc.collect()
    gc.freeze()


def interruptible():
    signal.signal(signal.SIGINT, signal.default_int_handler)
