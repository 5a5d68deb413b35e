"""The decorator that exports Keras' own names: nothing here."""


def keras_export(*args, **kwargs):
    return lambda thing: thing


def register_internal_serializable(*args, **kwargs):
    return lambda thing: thing
