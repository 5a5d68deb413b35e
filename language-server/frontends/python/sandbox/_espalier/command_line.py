"""A file is read without a command line: what its parser requires stays unsaid, and the script does not end there."""

import argparse

_parse = argparse.ArgumentParser.parse_known_args


def _unsaid(self, args=None, namespace=None):
    """What is required and has no default is None, as an option is that nobody gave."""
    if args is None:
        for required in (*self._actions, *self._mutually_exclusive_groups):
            required.required = False
    return _parse(self, args, namespace)


def prepare():
    argparse.ArgumentParser.parse_known_args = _unsaid
