"""The import hook: stand-ins first, then the standard library, then the workspace, then placeholders."""

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys

from . import execution, installed, lines, optional
from .aliases import Aliases, KerasApplications, KerasFiles
from .host import ask
from .inert import InertModule

ROOT = '/sandbox/'
# Modules that open a way out, or that a model file only uses to look at the machine. They are placeholders.
BLOCKED = frozenset(
    'js pyodide_js pyodide _pyodide _pyodide_core ctypes _ctypes socket _socket ssl _ssl subprocess'
    ' multiprocessing asyncio _asyncio webbrowser ftplib smtplib poplib imaplib telnetlib socketserver'
    ' http urllib.request xmlrpc select selectors pty sqlite3 antigravity concurrent gc faulthandler'
    ' _posixsubprocess _interpreters _xxsubinterpreters _testcapi _testinternalcapi'.split()
)
# urllib.parse and http.HTTPStatus are harmless, but their packages are not worth the distinction.


class StandIns(importlib.abc.MetaPathFinder):
    """torch and its kin. Their code is compiled once; each trace runs it anew, so that no trace changes the next."""

    roots = ('torch', 'numpy', 'keras', 'tensorflow', 'einops', 'typing_extensions')
    code = {}

    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] not in self.roots:
            return None
        return _stand_in(name, ROOT)


def _stand_in(name, folder, inside=True):
    """Whether Python's own finder may look for more `inside` its folder is for packages to say."""
    base = folder + name.replace('.', '/')
    for file, package in ((f'{base}/__init__.py', True), (f'{base}.py', False)):
        if file in StandIns.code or _exists(file):
            places = ([base] if inside else []) if package else None
            return importlib.util.spec_from_file_location(
                name, file, loader=_StandInLoader(name, file), submodule_search_locations=places
            )
    return None


class _StandInLoader(importlib.machinery.SourceFileLoader):
    def get_code(self, name):
        file = self.path
        if file not in StandIns.code:
            StandIns.code[file] = compile(self.get_data(file), file, 'exec', dont_inherit=True)
        return StandIns.code[file]


def _exists(file):
    return os.path.isfile(file)


class WorkspaceFiles(importlib.abc.MetaPathFinder):
    """Python files of the workspace, fetched from the host by name. One file is one module, whatever its name."""

    # By path, those that are imported ahead included.
    loaded = {}

    def find_spec(self, name, path=None, target=None):
        parent, _, last = name.rpartition('.')
        if parent and not path:
            return None
        found = ask('module', name=last, dirs=list(path) if parent else None, installed=installed.read(name))
        if not found:
            return None
        loader = _WorkspaceLoader(self, found)
        spec = importlib.machinery.ModuleSpec(name, loader, origin=found['file'], is_package='dirs' in found)
        if 'dirs' in found:
            spec.submodule_search_locations = found['dirs']
        return spec


class WorkspacePackages(importlib.abc.MetaPathFinder):
    """Submodules of the workspace's packages, whose files Python's own finder would see too and load as its own."""

    def __init__(self, files):
        self.files = files

    def find_spec(self, name, path=None, target=None):
        if name in installed.SKIPPED:
            return importlib.machinery.ModuleSpec(name, Placeholders(), is_package=True)
        ours = path and not any(place.startswith((ROOT, '/lib/')) for place in path)
        return self.files.find_spec(name, path) if ours else None


class _WorkspaceLoader(importlib.abc.Loader):
    def __init__(self, files, found):
        self.files = files
        self.found = found

    def create_module(self, spec):
        return self.files.loaded.get(self.found['file'])

    def exec_module(self, module):
        file = self.found['file']
        if file in self.files.loaded:
            return
        self.files.loaded[file] = module
        module.__file__ = file
        if self.found['text']:
            execution.run_module(module, file, self.found['text'])


class Placeholders(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Whatever else the user's files import. The standard library's own optional imports fail as they expect to."""

    def find_spec(self, name, path=None, target=None):
        if installed.asked_by_find_spec(sys._getframe(1)):
            there = name in installed.UNREAD
        else:
            there = _imported_by_user(name)
        # Of a package that is not installed, what models are built of may be known all the same.
        fallback = there and _stand_in(name, f'{ROOT}_fallback/', inside=False)
        return fallback or (importlib.machinery.ModuleSpec(name, self, is_package=True) if there else None)

    def create_module(self, spec):
        made = InertModule(spec.name)
        made.__version__ = installed.version_of(spec.name)
        return made

    def exec_module(self, module):
        pass


class Blocked(Placeholders):
    def find_spec(self, name, path=None, target=None):
        if name in BLOCKED or name.split('.')[0] in BLOCKED:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None


def _imported_by_user(name):
    """Whether a file of the user's imports it, and has nothing else to do when it is missing."""
    frame = sys._getframe(2)
    while frame is not None:
        file = frame.f_code.co_filename
        if file in lines.user_files:
            package = name.split('.')[0]
            if package in installed.PLAIN and not installed.holds(file):
                return True
            return package in installed.UNREAD or not optional.may_fail(frame)
        if not file.startswith('<frozen importlib') and file != __file__ and not file.endswith('importlib/__init__.py'):
            return file.startswith(ROOT)
        frame = frame.f_back
    return False


def compile_stand_ins():
    """All of them, those that no trace has imported yet included."""
    for folder, _, names in os.walk(ROOT):
        for file in (os.path.join(folder, name) for name in names if name.endswith('.py')):
            if '/_espalier/' not in file and file not in StandIns.code:
                with open(file, encoding='utf-8') as source:
                    StandIns.code[file] = compile(source.read(), file, 'exec', dont_inherit=True)


def imported_files():
    """[name, file] of every module that a trace has imported from a file, in the order of the imports."""
    places = [[name, getattr(getattr(module, '__spec__', None), 'origin', None)] for name, module in sys.modules.items()]
    return [[name, file] for name, file in places if isinstance(file, str) and file.startswith('/') and ROOT not in file]


def install(module, file):
    """Puts the hook in place for one trace of `module`, which is the file itself."""
    files = WorkspaceFiles()
    files.loaded[file] = module
    standard = [finder for finder in sys.meta_path if not type(finder).__module__.startswith('_espalier')]
    keras = [Aliases(), KerasApplications(lambda found: _WorkspaceLoader(files, found)), KerasFiles()]
    sys.meta_path[:] = [
        installed.Distributions(), StandIns(), Blocked(), *keras, WorkspacePackages(files), *standard, files, Placeholders(),
    ]  # fmt: skip
    lines.user_files.add(file)
