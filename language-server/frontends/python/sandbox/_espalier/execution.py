"""Runs a module statement by statement: one that fails does not take the classes below it along."""

import __future__
import ast

from . import lines, written
from .before import is_main_guard
from .host import STOPS

# What went wrong in module-level statements of this trace: (exception, file).
failures = []


def parse(file, text):
    lines.user_files.add(file)
    return compile(text, file, 'exec', ast.PyCF_ONLY_AST, dont_inherit=True)


# Code of imported files, by file and text: a package of a hundred files is compiled once, not at every pause in typing.
_compiled = {}
_kept_files = 2000


def run_module(module, file, text):
    """As a whole, which compiles several times faster; statement by statement from where one fails."""
    lines.user_files.add(file)
    key = (file, hash(text), written.asked)
    code = _compiled.get(key)
    if code is None:
        if len(_compiled) >= _kept_files:
            _compiled.clear()
        # Only what is to be marked goes through a tree of ours.
        code = _compiled[key] = compile(written.marked(parse(file, text), file) if written.asked else text, file, 'exec', dont_inherit=True)
    try:
        written.prepare(module)
        exec(code, module.__dict__)
    except SystemExit:
        return
    except Exception as error:
        failures.append((error, file))
        where = error.__traceback__.tb_next
        if where:
            _run(module, file, _statements(file, parse(file, text), where.tb_lineno))


def run_tree(module, file, tree):
    """Stops where Python would for good (SystemExit, an interrupt, no memory); notes every other failure."""
    _run(module, file, _statements(file, tree))


def _statements(file, tree, after=0):
    flags = _future_flags(tree)
    for statement in tree.body:
        first = min([statement.lineno, *(decorator.lineno for decorator in getattr(statement, 'decorator_list', []))])
        if first > after and not is_main_guard(statement):
            yield compile(ast.Module([written.marked(statement, file)], []), file, 'exec', flags, dont_inherit=True)


def _run(module, file, codes):
    written.prepare(module)
    for code in codes:
        try:
            exec(code, module.__dict__)
        except STOPS:
            raise
        except SystemExit:
            return
        except Exception as error:
            failures.append((error, file))
        except BaseException as error:  # of the file's own making: Python would end here
            failures.append((error, file))
            return


def _future_flags(tree):
    flags = 0
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom) and statement.module == '__future__':
            for alias in statement.names:
                flags |= getattr(getattr(__future__, alias.name, None), 'compiler_flag', 0)
    return flags
