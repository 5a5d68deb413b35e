"""A builder as Keras' own files write them: imports of keras.src, an export, weights to fetch, a name scope of layers."""

from keras.src import backend, layers
from keras.src.api_export import keras_export
from keras.src.models import Functional
from keras.src.ops import operation_utils
from keras.src.utils import file_utils


@keras_export(["keras.applications.VGG16"])
def VGG16(include_top=True, weights=None, input_tensor=None, input_shape=(16, 16, 3), classes=1000, name="vgg16"):
    if weights not in {None, "imagenet"} and not file_utils.exists(weights):
        raise ValueError(f"weights={weights}")
    if input_tensor is None:
        img_input = layers.Input(shape=input_shape)
    elif not backend.is_keras_tensor(input_tensor):
        img_input = layers.Input(tensor=input_tensor, shape=input_shape)
    else:
        img_input = input_tensor
    axis = 3 if backend.image_data_format() == "channels_last" else 1
    x = layers.Conv2D(4, (3, 3), activation="relu", padding="same", name="block1_conv1")(img_input)
    x = layers.Concatenate(axis=axis)([x, x])
    if include_top:
        x = layers.GlobalAveragePooling2D()(x)
        x = layers.Dense(classes, activation="softmax", name="predictions")(x)
    inputs = operation_utils.get_source_inputs(input_tensor) if input_tensor is not None else img_input
    model = Functional(inputs, x, name=name)
    if weights == "imagenet":
        model.load_weights(file_utils.get_file("vgg16.h5", "https://example.invalid/vgg16.h5"))
    return model
