"""Imports that a file can do without: `try: import x` with an `except ImportError` that goes on."""

import dis

_MISSING = frozenset(('ImportError', 'ModuleNotFoundError', 'Exception', 'BaseException'))
_known = {}


def may_fail(frame):
    """Whether what the frame does now stands in a `try` whose handler survives a missing module."""
    key = (frame.f_code, frame.f_lasti)
    if key not in _known:
        if len(_known) > 10_000:
            _known.clear()
        _known[key] = _survives(*key)
    return _known[key]


def _survives(code, at):
    if not code.co_exceptiontable:
        return False
    for entry in dis.Bytecode(code).exception_entries:
        if entry.start <= at < entry.end and _catches(code, entry.target):
            return True
    return False


def _catches(code, target):
    """Reads the handler: what it compares the exception with, and whether it then raises something of its own."""
    caught, bare, before = False, False, None
    for step in dis.get_instructions(code):
        if step.offset < target:
            continue
        if step.opname in ('LOAD_NAME', 'LOAD_GLOBAL') and not caught:
            caught = step.argval in _MISSING
        if step.opname == 'POP_TOP' and before == 'PUSH_EXC_INFO':
            caught = bare = True
        if step.opname == 'RAISE_VARARGS':
            return False
        if step.opname == 'POP_EXCEPT' or (step.opname == 'RERAISE' and not bare):
            return caught
        before = step.opname
    return caught
