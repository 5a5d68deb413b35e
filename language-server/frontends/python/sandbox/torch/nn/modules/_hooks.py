"""Forward hooks: functions that see what a module is given and what it makes, and may put something else in its place."""

import itertools

from _espalier import record

_numbers = itertools.count()


class Handle:
    """What registering gives back, to undo it."""

    def __init__(self, hooks):
        self.id, self._hooks = next(_numbers), hooks

    def remove(self):
        self._hooks.pop(self.id, None)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()


def register(module, kind, hook, prepend, with_kwargs):
    hooks = module.__dict__.setdefault(kind, {})
    handle = Handle(hooks)
    before = [] if prepend else list(hooks.items())
    after = list(hooks.items()) if prepend else []
    hooks.clear()
    hooks.update([*before, (handle.id, (hook, with_kwargs)), *after])
    return handle


def call(module, args, kwargs):
    """Calls forward between its hooks."""
    own = module.__dict__
    for hook, named in list(own.get('_forward_pre_hooks', {}).values()):
        said = _said(hook, module, args, kwargs) if named else _said(hook, module, args)
        if said is not None and named:
            args, kwargs = said
        elif said is not None:
            args = said if isinstance(said, tuple) else (said,)
    answer = module.forward(*args, **kwargs)
    for hook, named in list(own.get('_forward_hooks', {}).values()):
        given = (args, kwargs, answer) if named else (args, answer)
        said = _said(hook, module, *given)
        answer = answer if said is None else said
    return answer


def _said(hook, *given):
    """A hook that looks at numbers, which are not there, is as if there were none: most only write them down."""
    try:
        return hook(*given)
    except (Exception, record.Barrier):
        return None
