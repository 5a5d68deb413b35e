"""What real Keras says about texts that build a model: trained parameters, weights by path, shapes of layers.

stdin: {"cases": [{id, file, text?, model, input?}]}; stdout: one JSON line a case, {"id", "params", …} or {"id", "error"}.
Runs with the NumPy backend, and makes do without packages that building a model does not need.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import json
import math
import os
import pathlib
import sys
import types

os.environ.setdefault('KERAS_BACKEND', 'numpy')


class Absent(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Packages that are not installed and that building a model only mentions: empty of everything they are asked for."""

    names = ('absl', 'h5py', 'jax', 'ml_dtypes', 'rich', 'scipy')

    def find_spec(self, name, path=None, target=None):
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if name.split('.')[0] in self.names else None

    def create_module(self, spec):
        made = types.ModuleType(spec.name)

        def anything(name):
            if name.startswith('__'):
                raise AttributeError(name)
            # Of narrow types only the names are compared.
            return name if spec.name == 'ml_dtypes' else lambda *args, **kwargs: None

        made.__getattr__ = anything
        return made

    def exec_module(self, module):
        pass


sys.meta_path.append(Absent())
if importlib.util.find_spec('optree') is None:
    import nested

    sys.modules.update({'optree': nested, 'optree.utils': nested.utils})


def drawn(variable, initializer):
    """Values cost time and memory, and nobody asks for them."""
    import numpy

    shape = variable._shape or ()
    variable._value = numpy.broadcast_to(numpy.float32(0), shape)


def load():
    """Keras, with weights that hold no numbers."""
    import keras

    from keras.src.backend import Variable

    Variable._initialize_with_initializer = drawn
    keras.src.backend.compute_output_spec = followed
    return keras


def followed(function, *args, **kwargs):
    """What a file's own layers do, with symbols alone: nothing is computed, so no backend has to. Names are not used up."""
    from keras.src.backend.common import global_state

    used = global_state.get_global_attribute('object_name_uids')
    before = dict(used)
    answer = function(*args, **kwargs)
    used.clear()
    used.update(before)
    return answer


def under_tensorflow(keras):
    """Keras by TensorFlow's names, where TensorFlow itself is not installed. Only while a file is run that says them."""
    names = ['keras', *(name for name in sys.modules if name.startswith('keras.'))]
    tensorflow = types.SimpleNamespace(keras=keras, nn=keras.ops, __path__=[])
    return {'tensorflow': tensorflow, **{f'tensorflow.{name}': sys.modules[name] for name in names}}


def watch(outputs):
    """Keras' own layers that hold no others, in the order in which they are called while the model is put together."""
    from keras.src.layers import InputLayer, Layer

    call = Layer.__call__

    def recorded(self, *args, **kwargs):
        answer = call(self, *args, **kwargs)
        own = type(self).__module__.startswith('keras.src.layers.') and not self._layers and type(self) is not InputLayer
        if own and hasattr(answer, 'shape'):
            outputs.append([self, shape_of(answer)])
        return answer

    Layer.__call__ = recorded
    begin = InputLayer.__init__

    def closed(self, shape=None, **kwargs):
        """Sizes that a builder leaves open are closed, so that shapes can be compared: sides of images, and lengths."""
        usual = 224 if shape is not None and len(shape) == 3 else 128
        begin(self, shape and tuple(size or usual for size in shape), **kwargs)

    InputLayer.__init__ = closed


def shape_of(tensor):
    return [1 if size is None else size for size in tensor.shape]


def path_of(layer):
    return '/'.join(part for part in (layer._parent_path, layer.name) if part)


def parts_of(layer):
    yield layer
    for part in layer._layers if not hasattr(layer, 'operations') else layer.layers:
        yield from parts_of(part)


def facts(keras, case, outputs):
    keras.backend.clear_session()
    outputs.clear()
    space = {'__name__': 'facts'}
    text = case.get('text') or pathlib.Path(case['file']).read_text()
    borrowed = under_tensorflow(keras) if importlib.util.find_spec('tensorflow') is None and 'tensorflow' in text else {}
    sys.modules.update(borrowed)
    try:
        exec(compile(text, case['file'], 'exec'), space)
    finally:
        for name in borrowed:
            del sys.modules[name]
    model = eval(case['model'], space)
    if not isinstance(model, keras.Model):
        model = model()
    if case.get('input') and not getattr(model, 'inputs', None):
        model(keras.Input(batch_shape=[None, *case['input'][1:]]))
    weights = {id(w): w for w in model.weights}.values()
    mine = {id(part) for part in parts_of(model)}
    result = getattr(model, 'outputs', None)
    return {
        'params': sum(math.prod(w.shape) for w in weights if w.trainable),
        'state': [[w.path, list(w.shape)] for w in weights],
        'outputs': [[path_of(layer), shape] for layer, shape in outputs if id(layer) in mine],
        'result': shape_of(result[0]) if result else None,
    }


def main():
    keras, outputs = load(), []
    watch(outputs)
    for case in json.load(sys.stdin)['cases']:
        try:
            answer = {'id': case['id'], **facts(keras, case, outputs)}
        except Exception as error:  # a case that the framework refuses is named in the table
            answer = {'id': case['id'], 'error': f'{type(error).__name__}: {error}'[:300]}
        print(json.dumps(answer), flush=True)


if __name__ == '__main__':
    main()
