"""What happens before any file is traced: the image, the boot from it, and imports ahead of the traces that want them."""

import ast
import importlib
import types

from . import guard, host, imports, installed

# What model files and the packages they build on import of the standard library, nearly always.
_COMMON = (
    'abc argparse bisect collections.abc contextlib copy csv dataclasses datetime enum functools glob hashlib importlib.metadata'
    ' importlib.resources inspect io itertools json logging math numbers operator os pathlib pickle pprint random re'
    ' shutil string struct tempfile textwrap threading time traceback types typing urllib.parse uuid warnings'
    ' weakref zipfile base64 fractions statistics decimal'
).split()


def load():
    """Once, while the image is made from which sandboxes boot: what every trace needs, before any channel is there."""
    for name in _COMMON:
        importlib.import_module(name)
    # Its second half is loaded by the first use.
    ast.unparse(ast.parse('f(x)'))
    imports.install(types.ModuleType('_load'), '')
    import torch  # noqa: F401

    imports.compile_stand_ins()


def prepare(channel):
    """Once, while a sandbox boots."""
    host.connect(channel)
    guard.prepare()


def ahead():
    """Imports installed packages that a trace has read, so that those after it find them done.

    The host puts the sandbox's memory back to what it was, after this or after `prepare`, before each trace:
    no trace changes the next.
    """
    job = host.ask('job')
    installed.folders = tuple(job['packages'])
    imports.install(types.ModuleType('_ahead'), '')
    for name in job['ahead']:
        try:
            importlib.import_module(name)
        except Exception:
            # A trace that needs it will say so.
            continue
    guard.settle()
