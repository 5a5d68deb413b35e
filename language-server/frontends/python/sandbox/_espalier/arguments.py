"""Forward's arguments by name, and the sizes that a model says of its own input: for models that take several."""

import inspect


class Given(tuple):
    """An input's shape, the argument that it is for (None: by position), and whether it holds whole numbers."""

    name = None
    whole = False


def given(shape, name=None, whole=False):
    made = Given(shape)
    made.name, made.whole = name, whole
    return made


def names_of(model):
    """The arguments of forward, in order."""
    try:
        return [p.name for p in inspect.signature(model.forward).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    except (TypeError, ValueError):
        return []


def kind_of(name):
    """What an argument of this name takes, by the conventions of those who name them; None where there is none."""
    if name.endswith('_ids'):
        return 'tokens' if name.endswith('input_ids') else None
    return {'pixel_values': 'image', 'input_features': 'audio', 'input_values': 'audio'}.get(name)


def holds_numbers(name):
    return name.endswith(('_ids', '_indices')) or name in ('ids', 'tokens', 'token_ids', 'idx', 'indices', 'bbox')


def wanted(model):
    """(main argument, others that may be needed too), where the model says what its main input is called."""
    main, names = getattr(model, 'main_input_name', None), names_of(model)
    if not isinstance(main, str) or main not in names or kind_of(main) is None:
        return None
    return main, [name for name in names if name != main and kind_of(name)]


def said(model, *names):
    """The first of these numbers that the model, its configuration, or a part of its configuration has; or None."""
    for place in _places(model):
        for name in names:
            value = getattr(place, name, None) if not isinstance(place, dict) else place.get(name)
            if isinstance(value, int) or isinstance(value, (tuple, list)) and value and all(isinstance(n, int) for n in value):
                return value
    return None


def numbers(model, low, high):
    """Every number of the configuration within these bounds, and its double: lengths are often made of them."""
    found = {}
    for place in _places(model)[1:]:
        values = place.values() if isinstance(place, dict) else vars(place).values()
        for value in values:
            for number in (value, 2 * value) if type(value) is int else ():
                if low <= number <= high:
                    found[number] = None
    return list(found)


def _places(model):
    """The model, its configuration, and the configurations inside that."""
    places = [model]
    pending = [getattr(model, name, None) for name in ('config', 'default_cfg', 'cfg')]
    while pending and len(places) < 20:
        place = pending.pop(0)
        if not isinstance(place, dict) and not hasattr(place, '__dict__'):
            continue
        places.append(place)
        parts = place.values() if isinstance(place, dict) else vars(place).values()
        pending += [part for part in parts if type(part).__name__.endswith('Config')]
    return places


def image(model, channels):
    """[channels, height, width] as the model says it, or None. Channels are said by the first convolution too."""
    size = said(model, 'image_size', 'img_size', 'input_size')
    if size is None:
        return None
    sides = [size, size] if isinstance(size, int) else list(size)
    if len(sides) == 3:
        return sides
    return [channels, *sides] if len(sides) == 2 else None
