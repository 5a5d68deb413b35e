"""What configurations are declared with: fields that would be checked keep their defaults, and nothing is checked."""

import dataclasses

from _espalier.inert import Inert


def strict(cls=None, **_):
    return cls if cls is not None else lambda decorated: decorated


def validated_field(validator, default=dataclasses.MISSING, default_factory=dataclasses.MISSING, **rest):
    known = {name: rest[name] for name in ('init', 'repr', 'hash', 'compare', 'metadata', 'kw_only') if name in rest}
    return dataclasses.field(default=default, default_factory=default_factory, **known)


def as_validated_field(validator):
    return lambda *args, **kwargs: validated_field(validator, *args, **kwargs)


def __getattr__(name):
    if name.startswith('__'):
        raise AttributeError(name)
    return Inert(f'huggingface_hub.dataclasses.{name}')
