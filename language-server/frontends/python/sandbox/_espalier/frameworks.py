"""The frameworks whose models are read: each stand-in package says in `_adapter.py` what a model is and how it runs."""

import importlib
import sys

NAMES = ('torch', 'keras')


class Framework:
    """What the tracer asks of a stand-in."""

    name = ''
    layout = 'NCHW'
    # Between a layer's path and the name of its parameter.
    separator = '.'
    # What people call a model, and the input that an example comment says.
    noun = 'model'
    # What makes a layer a part of a model.
    keeping = 'keep it in the model'
    example = '(1, 3, 32, 32)'

    def owns(self, value):
        """Whether this is a model or a layer of the framework's."""
        raise NotImplementedError

    def is_model(self, value):
        """Whether a name at the top level of a file that is bound to this value names a model."""
        raise NotImplementedError

    def is_model_class(self, kind, module):
        """Whether this class, of the module of that name, is one to build a model of."""
        raise NotImplementedError

    def count(self):
        """How many layers this trace has built; a function that builds none is no factory."""
        raise NotImplementedError

    def parts(self, model):
        """Every layer of the model, itself first."""
        raise NotImplementedError

    def weights(self, model):
        """(name, shape) of what is trained, as far as it has been built."""
        raise NotImplementedError

    def worth_showing(self, model):
        """A model has weights; losses and activation classes have none."""
        return bool(self.weights(model))

    def before(self):
        """Called before each model is built."""

    def prepare(self, model):
        """Called once before a model is traced."""

    def find_input(self, model, tree, hints, run):
        """inputs.Found for the shapes that the model takes, or None where nothing tells."""
        raise NotImplementedError

    def ready(self, model, shapes):
        """The model to run on inputs of these shapes."""
        return model

    def describe(self, model):
        """paths by id of layer, names by id of parameter, rows for the host, notes."""
        raise NotImplementedError

    def roles(self, layer, declared):
        """role → parameter of a layer, or None where it has just what the op table declares, under its own path."""
        return None

    def same_shape(self, shape, declared):
        """Whether a parameter has the shape that the op table declares, in the framework's own order of axes."""
        return list(shape) == declared

    def tree(self, model):
        """[path, class, place] of every layer, in the order in which people wrote them."""
        raise NotImplementedError

    def feed(self, tensor):
        """What forward is given for a traced tensor."""
        return tensor

    def call(self, model, inputs, **named):
        return model(*inputs, **named)

    def dress(self, model, shapes):
        """Shapes that a comment says, with what else is known of the arguments that they are for."""
        return shapes

    def has(self, name):
        """Whether the framework itself has a function or class of this name."""
        raise NotImplementedError


def active():
    """Of the frameworks that this trace has imported."""
    return [importlib.import_module(f'{name}._adapter').adapter for name in NAMES if name in sys.modules]


def of(value):
    return next((framework for framework in active() if framework.owns(value)), None)


def count():
    return sum(framework.count() for framework in active())
