"""What a trace has read so far: enough to tell a model from parts and twins of another without keeping either."""

import weakref

from . import frameworks


class Known:
    def __init__(self):
        self.names = set()
        self.kinds = set()  # the classes that the models are made of
        self._weights = []
        self._models = []

    def add(self, name, model):
        framework = frameworks.of(model)
        self.names.add(name)
        self.kinds.update(kinds_of(model))
        self._weights.append((type(model), framework.weights(model)))
        self._models.append(weakref.ref(model))

    def is_one(self, model):
        return any(known() is model for known in self._models)

    def is_twin(self, model):
        """Whether another of the same class and the same weights was read."""
        return (type(model), frameworks.of(model).weights(model)) in self._weights


def kinds_of(model, root=True):
    """The classes of a model's parts, and what these derive from."""
    parts = frameworks.of(model).parts(model)
    return {kind for part in parts[0 if root else 1 :] for kind in type(part).__mro__}
