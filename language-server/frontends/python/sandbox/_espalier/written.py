"""Whole numbers that know where they are written, so that a layer's width leads back to its place in the source.

Only where the host asks for it: then every literal of the user's files is made one of these when it is evaluated.
"""

import ast
import copy

from . import installed
from .dims import BatchDim

# Whether this trace is asked for it.
asked = False
# [file, line, column, end line, end column, value] of each literal that was wrapped.
places = []
# The name under which modules under trace find `_written`.
_NAME = '__espalier_written__'
# Terms of an expression beyond which nobody means a width by it: a sum that grows in a loop.
_MOST = 40


class Written(int):
    """`said` is the number of a literal, or (operator, left, right) of what is such a number, or a plain one."""

    def __new__(cls, value, said=None, size=1):
        self = int.__new__(cls, value)
        self.said, self.size = said, size
        return self

    def __reduce__(self):
        return Written, (int(self), self.said, self.size)


def _operator(symbol, name):
    plain = getattr(int, name)

    def operate(self, other):
        # The symbolic batch knows better what becomes of it.
        if isinstance(other, BatchDim):
            return NotImplemented
        value = plain(self, other)
        if type(other) not in (int, Written) or type(value) is not int:
            return value
        size = self.size + getattr(other, 'size', 1)
        if size > _MOST:
            return value
        mine, theirs = self.said, other.said if type(other) is Written else ['plain', int(other)]
        return Written(value, [symbol, theirs, mine] if name.startswith('__r') else [symbol, mine, theirs], size)

    return operate


for _symbol, _name in {'+': 'add', '-': 'sub', '*': 'mul', '//': 'floordiv'}.items():
    for _form in (f'__{_name}__', f'__r{_name}__'):
        setattr(Written, _form, _operator(_symbol, _form))


def _written(value, index):
    return Written(value, index)


def prepare(module):
    module.__dict__[_NAME] = _written


def marked(tree, file):
    """A copy of the syntax tree with its literals wrapped; the tree itself where nobody asked, or the file is no one's to change."""
    if not asked or any(file.startswith(f'{folder}/') for folder in installed.folders):
        return tree
    return ast.fix_missing_locations(_Marks(file).visit(copy.deepcopy(tree)))


class _Marks(ast.NodeTransformer):
    def __init__(self, file):
        self.file = file

    def visit_Constant(self, node):
        if type(node.value) is not int or node.value < 1:
            return node
        places.append([self.file, node.lineno, node.col_offset, node.end_lineno, node.end_col_offset, node.value])
        call = ast.Call(ast.Name(_NAME, ast.Load()), [node, ast.Constant(len(places) - 1)], [])
        return ast.copy_location(call, node)

    def visit_match_case(self, node):
        # A pattern takes literals, no calls.
        node.guard = node.guard and self.visit(node.guard)
        node.body = [self.visit(statement) for statement in node.body]
        return node

    def visit_JoinedStr(self, node):
        return node


def numbers(nodes, owners):
    """[node, attribute, place in its list or None, said] and [parameter, axis, said] of all that became of them."""
    return {
        'places': places,
        'attrs': [
            [i, key, index, said] for i, (_, _, attrs, *_) in enumerate(nodes) for key, index, said in _in_attrs(attrs)
        ],
        'sizes': [
            [row['path'], name, axis, size.said]
            for row in owners
            for name, shape, *_ in row['own']
            for axis, size in enumerate(shape)
            if isinstance(size, Written)
        ],
    }  # fmt: skip


def _in_attrs(attrs):
    for key, value in attrs.items():
        if isinstance(value, Written):
            yield key, None, value.said
        elif isinstance(value, (list, tuple)):
            for index, item in enumerate(value):
                if isinstance(item, Written):
                    yield key, index, item.said
