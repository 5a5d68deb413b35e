"""A small residual Conv-BN-ReLU network in Keras, for 28x28 grey images such as MNIST's."""

import keras
from keras import layers


def conv_bn(x, filters, kernel_size=3, strides=1):
    x = layers.Conv2D(filters, kernel_size, strides=strides, padding="same", use_bias=False)(x)
    return layers.BatchNormalization(momentum=0.9)(x)


def block(x, filters, strides):
    """Two 3x3 convolutions around a shortcut, which is a 1x1 projection where the shape changes."""
    shortcut = x
    if strides != 1 or x.shape[-1] != filters:
        shortcut = conv_bn(x, filters, 1, strides)
    x = layers.ReLU()(conv_bn(x, filters, 3, strides))
    x = conv_bn(x, filters)
    return layers.ReLU()(layers.Add()([x, shortcut]))


def convnet(widths=(16, 32, 64), num_classes=10):
    inputs = keras.Input(shape=(28, 28, 1))
    x = layers.ReLU()(conv_bn(inputs, widths[0], strides=2))
    for stage, width in enumerate(widths):
        x = block(x, width, strides=2 if stage > 0 else 1)
    x = layers.GlobalAveragePooling2D()(x)
    outputs = layers.Dense(num_classes, activation="softmax", name="head")(x)
    return keras.Model(inputs, outputs, name="convnet")
