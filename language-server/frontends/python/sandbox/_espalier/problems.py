"""What went wrong, said at the line of the user's that is to blame, or as information where the lack is ours."""

import re
import sys

from . import frameworks, guard, inert, installed, lines
from .aliases import NotInstalled
from .host import STOPS, HostError, ShapeMismatch, ask
from .imports import BLOCKED

_ARGUMENT = re.compile(r'(?P<name>[\w.]+)\(\) (got an unexpected keyword argument|takes .* but \d+ (was|were) given)')
# Files do not exist in here, and machines neither: not the user's mistake.
_OUTSIDE = (OSError, EOFError)


class Report:
    """The problems of one trace. At most one of each code and line."""

    def __init__(self, file, deadline_s):
        self.file = file
        self.deadline_s = deadline_s
        self.said = set()
        self.consulted_before = None

    def say(self, severity, code, message, place):
        place = place or [self.file, 1, 0, 1, 0]
        if (code, place[1]) in self.said:
            return
        self.said.add((code, place[1]))
        ask('problem', severity=severity, code=code, message=message, place=place)

    def error(self, error, where, consulted, path='', advice=''):
        """`where` says what was being done. Returns whether it is an error of the user's."""
        try:
            return self._error(error, where, consulted, path, advice)
        except STOPS:
            raise
        except BaseException:  # an exception whose own class or traceback raises when it is looked at
            self.say('information', 'not-modelled', f'Espalier cannot follow {where} here', None)
            return False

    def _error(self, error, where, consulted, path, advice):
        places, theirs = lines.trail(error)
        own = [place for place in places if place[0] == self.file]
        place = own[-1] if own else None
        tail = ''
        if places and places[-1][0] != self.file:
            inner = places[-1]
            tail = f' ({inner[0].rpartition("/")[2]}, line {inner[1]})'
        if isinstance(error, KeyboardInterrupt):
            self.deadline(place)
            return False
        if isinstance(error, MemoryError) or (isinstance(error, OverflowError) and 'index-sized' in short(error)):
            message = 'this needs more memory than the sandbox has; the model is read without data, so build it smaller here'
            self.say('warning', 'sandbox-memory', message + tail, place)
            return False
        if isinstance(error, SyntaxError):
            self.syntax(error)
            return True
        if isinstance(error, ShapeMismatch):
            return self._shapes(error, place, advice + tail, consulted, path)
        if isinstance(error, NotInstalled):
            self.say('warning', 'not-installed', str(error) + tail, place)
            return False
        if isinstance(error, inert.Lacking):
            message = f'Espalier does not run {error}, which this depends on{_not_here(str(error))}'
            self.say('information', 'not-modelled', message + tail, place)
            return False
        what = f'{type(error).__name__[:80]}: {short(error)}'
        if isinstance(error, _OUTSIDE):
            self.say('information', 'sandbox-files', f'the sandbox has no files, network or terminal: {what}{tail}', place)
            return False
        # Endless recursion ends wherever it happens to.
        theirs = theirs or isinstance(error, RecursionError)
        if isinstance(error, HostError) or not theirs or _unknown_argument(error):
            self.say('information', 'not-modelled', f'Espalier cannot follow {where} here: {what}{tail}', place)
            return False
        if consulted:
            message = f'Espalier does not run {consulted}, which this depends on: {what}{tail}'
            self.say('information', 'not-modelled', message, place)
            return False
        self.say('error', 'python-error', f'{what}{tail}', place)
        return True

    def deadline(self, place):
        message = (
            f'stopped here after {self.deadline_s:g} s; put code that trains or waits under '
            'if __name__ == "__main__", and the model is read without it'
        )
        self.say('warning', 'sandbox-deadline', message, place)

    def syntax(self, error):
        line, column = error.lineno or 1, max(0, (error.offset or 1) - 1)
        end_line, end = error.end_lineno or line, (error.end_offset or 0) - 1
        if end_line < line or end <= column:
            end_line, end = line, column + 1
        file = error.filename if error.filename in lines.user_files else self.file
        if file != self.file:
            return self.say('error', 'syntax', f'{error.msg} ({file.rpartition("/")[2]}, line {line})', None)
        # Syntax errors count columns in characters; these places count bytes.
        text = (error.text or '').rstrip('\n')
        column, end = len(text[:column].encode()) if text else column, len(text[:end].encode()) if text else end
        self.say('error', 'syntax', error.msg, [file, line, column, end_line, max(end, column + (end_line == line))])

    def left(self):
        """A call that would have left the sandbox, said once."""
        if guard.left:
            name, place = guard.left
            if place and place[0] != self.file:
                place = None
            self.say('information', 'sandbox-call', f'{name} does nothing while Espalier reads the model', place)

    def _shapes(self, error, place, tail, consulted, path):
        where = f'{path}: ' if path else ''
        if error.guess:
            # What made the guess has been named already.
            return False
        if consulted:
            message = f'Espalier does not run {consulted}, which this depends on: {where}{error}'
            self.say('information', 'not-modelled', message + tail, place)
            return False
        self.say('error', 'shape-mismatch', f'{where}{error}{tail}', place)
        return True


def of_a_package(error):
    """Whether code of an installed package raised it, or called what did."""
    places, _ = lines.trail(error)
    return bool(places) and installed.holds(places[-1][0])


def _not_here(name):
    """What to do about a placeholder of a package that was not found. `name` begins with the package's."""
    package = name.partition('.')[0]
    module = sys.modules.get(package)
    # Of torchvision there are a few parts here, for where it is not installed.
    lacking = isinstance(module, inert.InertModule) or '_fallback' in (getattr(module, '__file__', None) or '')
    if package in BLOCKED or not lacking:
        return ''
    return f': choose a Python environment in which {package} is installed'


def _unknown_argument(error):
    """A call of a stand-in with an argument that it does not have, which the framework's own may."""
    found = _ARGUMENT.match(short(error)) if isinstance(error, TypeError) else None
    if not found:
        return False
    name = found['name'].split('.')[0]
    return any(framework.has(name) for framework in frameworks.active())


def short(error):
    """The first line of what an exception says, whose `__str__` may be the user's and do anything."""
    try:
        said = str(error)[:2000].strip()
    except STOPS:
        raise
    except BaseException:
        said = ''
    return said.splitlines()[0][:300] if said else 'no message'

