"""Keeps what traces needed of the standard library: loaded once, anew, after the first answer, and as it was for each trace."""

import importlib
import sys

from .imports import BLOCKED

# Their state belongs to one trace: handlers, seeds, filters.
_STATEFUL = frozenset('logging random secrets atexit threading decimal locale gettext concurrent unittest doctest'.split())
_MOST = 400
_wanted = set()
# name → the attributes that the module had when it was loaded.
_kept = {}


def want(names):
    """Names of modules that a trace has loaded and that are about to be forgotten."""
    for name in names:
        spec = getattr(sys.modules[name], '__spec__', None)
        standard = str(getattr(spec, 'origin', None)).startswith(('/lib/', 'frozen', 'built-in'))
        if standard and name.split('.')[0] not in _STATEFUL | BLOCKED and len(_wanted) < _MOST:
            _wanted.add(name)


def load(modules):
    """Loads them into `modules`, while no trace runs."""
    new = sorted(_wanted - set(_kept))
    if not new:
        return
    before = set(sys.modules)
    for name in new:
        try:
            importlib.import_module(name)
        except Exception:
            _wanted.discard(name)
    for name in _wanted & (set(sys.modules) - before):
        modules[name] = sys.modules[name]
    for name in set(sys.modules) - before - _wanted:
        del sys.modules[name]
    for name in _wanted:
        if name in sys.modules:
            _kept[name] = dict(vars(sys.modules[name]))


def restore():
    """Whatever a trace has put into these modules is gone."""
    for name, attributes in _kept.items():
        own = vars(sys.modules[name])
        if len(own) != len(attributes) or any(own.get(key, own) is not value for key, value in attributes.items()):
            own.clear()
            own.update(attributes)
