"""Patterns such as `b (h w) c -> b h w c`: each side a list of groups, each group the names of its axes.

What stands in parentheses is a list, what stands alone a tuple: `...` and `(...)` are not the same.
"""

from _espalier.host import ShapeMismatch

DOTS = '...'


class EinopsError(RuntimeError):
    """A pattern that says nothing that can be done."""


class EinopsShapeError(ShapeMismatch, EinopsError):
    """A pattern that is well formed, and a tensor that it does not fit."""


def sides(pattern):
    """The two sides as they were written."""
    if not isinstance(pattern, str) or pattern.count('->') != 1:
        raise EinopsError(f'a pattern has one "->" between two sides, not {pattern!r}')
    return pattern.split('->')


def groups(text, pattern, numbers=False, blank=False):
    """Reads one side. A plain axis is a group of one, and `1` or `()` a group of none."""
    found, inside = [], None
    for word in text.replace('…', DOTS).replace('(', ' ( ').replace(')', ' ) ').replace(DOTS, f' {DOTS} ').split():
        if word == '(' and inside is None:
            inside = []
        elif word == ')' and inside is not None:
            found.append(inside)
            inside = None
        elif word in '()':
            raise EinopsError(f'the parentheses of {pattern!r} do not match')
        else:
            _check(word, pattern, numbers, blank)
            names = () if word == '1' else (word,)
            inside.extend(names) if inside is not None else found.append(names)
    if inside is not None:
        raise EinopsError(f'the parentheses of {pattern!r} do not match')
    names = [name for name in axes(found) if not name.isdecimal() and name != '_']
    again = next((name for name in names if names.count(name) > 1), None)
    if again:
        raise EinopsError(f'{again!r} stands twice on one side of {pattern!r}')
    return found


def _check(word, pattern, numbers, blank):
    if word == DOTS or word == '_' and blank:
        return
    if word.isdecimal():
        if word != '1' and not numbers:
            raise EinopsError(f'the axis {word} of {pattern!r} needs a name')
        if int(word) == 0:
            raise EinopsError(f'an axis of {pattern!r} is 0 long')
    elif not word.isidentifier() or word[0] == '_' or word[-1] == '_':
        raise EinopsError(f'{word!r} in {pattern!r} is no name of an axis')


def axes(side):
    return [name for group in side for name in group]


def numbered(side):
    """Every length that is written out becomes an axis of its own: (the groups, name → length)."""
    lengths, made = {}, []
    for group in side:
        names = []
        for name in group:
            if name.isdecimal():
                own = f'{name}#{len(lengths)}'
                lengths[own], name = int(name), own
            names.append(name)
        made.append(type(group)(names))
    return made, lengths


def spelled(side, count):
    """The groups with `...` spelled out as that many axes."""
    dots = [f'{DOTS}{i}' for i in range(count)]
    made = []
    for group in side:
        if group == (DOTS,):
            made.extend([name] for name in dots)
        else:
            made.append([each for name in group for each in (dots if name == DOTS else [name])])
    return made
