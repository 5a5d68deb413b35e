"""`keras.applications`: the user's own Keras says what these models are; its files run on the stand-ins."""

import importlib

# Its modules are the user's own.
__path__ = []

# A builder's file, by the beginning of its name; longer beginnings first.
_FILES = {
    'ConvNeXt': 'convnext', 'DenseNet': 'densenet', 'EfficientNetV2': 'efficientnet_v2', 'EfficientNet': 'efficientnet',
    'InceptionResNetV2': 'inception_resnet_v2', 'InceptionV3': 'inception_v3', 'MobileNetV2': 'mobilenet_v2',
    'MobileNetV3': 'mobilenet_v3', 'MobileNet': 'mobilenet', 'NASNet': 'nasnet', 'ResNetRS': 'resnet_rs',
    'RegNet': 'regnet', 'ResNet': 'resnet', 'VGG16': 'vgg16', 'VGG19': 'vgg19', 'Xception': 'xception',
}  # fmt: skip
# By the names of `keras.applications.<module>`.
MODULES = {'resnet50': 'resnet', **{name: name for name in [*_FILES.values(), 'resnet_v2', 'imagenet_utils']}}


def _file(name):
    if name in MODULES:
        return MODULES[name]
    if name.startswith('ResNet') and name.endswith('V2'):
        return 'resnet_v2'
    return next((file for start, file in _FILES.items() if name.startswith(start)), None)


def __getattr__(name):
    file = None if name.startswith('__') else _file(name)
    if file is None:
        raise AttributeError(f"module 'keras.applications' has no attribute '{name}'")
    module = importlib.import_module(f'keras.src.applications.{file}')
    return module if name in MODULES else getattr(module, name)
