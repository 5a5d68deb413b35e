"""regex: the standard library's re, which it extends. A pattern that only regex knows is a placeholder."""

import re
from re import *  # noqa: F403

VERSION1 = V1 = VERSION0 = V0 = BESTMATCH = ENHANCEMATCH = FULLCASE = POSIX = WORD = re.RegexFlag(0)


def compile(pattern, flags=0, **_):
    try:
        return re.compile(pattern, flags)
    except re.error:
        from _espalier.inert import Inert

        return Inert('regex.compile()')
