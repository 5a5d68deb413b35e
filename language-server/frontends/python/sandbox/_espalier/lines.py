"""Which line of the user's files we are in: frames of stand-ins and of the standard library are skipped."""

import dis
import sys

_getframe = sys._getframe
_RAISE = dis.opmap['RAISE_VARARGS']
# Files compiled for this trace, by the name their code objects carry.
user_files = set()
_positions = {}


def position(code, lasti):
    """[file, line, column, end line, end column] of one instruction; lines from 1, columns in UTF-8 bytes."""
    key = (code, lasti)
    if key not in _positions:
        if len(_positions) > 50_000:
            _positions.clear()
        found = (code.co_firstlineno, code.co_firstlineno, 0, 0)
        for i, place in enumerate(code.co_positions()):
            if i == lasti // 2:
                found = place
                break
        line, end_line, column, end_column = (value or 0 for value in found)
        _positions[key] = [code.co_filename, line, column, end_line or line, end_column]
    return _positions[key]


def here():
    """Where the innermost frame of the user's stands, or None."""
    frame = _getframe(1)
    while frame is not None:
        if frame.f_code.co_filename in user_files:
            return position(frame.f_code, frame.f_lasti)
        frame = frame.f_back
    return None


def caller(depth):
    """Where the user's code stands `depth` frames above this one's caller; None where a stand-in does."""
    frame = _getframe(depth + 1)
    return position(frame.f_code, frame.f_lasti) if frame.f_code.co_filename in user_files else None


def trail(error):
    """Places of a traceback's frames that are the user's, outermost first, and whether it is the user's error:

    it ends in the user's code, or in a `raise` of a stand-in, which raises where PyTorch would.
    """
    places, theirs, tb = [], False, error.__traceback__
    while tb is not None:
        code = tb.tb_frame.f_code
        theirs = code.co_filename in user_files
        if theirs:
            places.append(position(code, tb.tb_lasti))
        elif tb.tb_next is None:
            theirs = code.co_code[tb.tb_lasti] == _RAISE
        tb = tb.tb_next
    return places, theirs
