"""Functional models: a shortcut, a layer called twice, several inputs and outputs, operators and keras.ops."""

import keras
from keras import layers, ops


def residual_block(x, filters, stride=1):
    shortcut = x
    if stride != 1 or x.shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
        shortcut = layers.BatchNormalization()(shortcut)
    x = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return layers.Activation("relu")(layers.Add()([x, shortcut]))


def residual(classes=10):
    inputs = keras.Input((32, 32, 3), name="image")
    x = layers.Conv2D(16, 3, padding="same")(inputs)
    for i, filters in enumerate((16, 32, 64)):
        x = residual_block(x, filters, stride=1 if i == 0 else 2)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(classes)(x), name="residual")


def shared():
    """Two sentences through the same layers."""
    left, right = keras.Input((16, 8), name="left"), keras.Input((16, 8), name="right")
    encoder = layers.Conv1D(12, 3, padding="causal", activation="tanh")
    pool = layers.GlobalAveragePooling1D()
    a, b = pool(encoder(left)), pool(encoder(right))
    joined = layers.Concatenate()([a, b, a * b, ops.abs(a - b)])
    return keras.Model([left, right], layers.Dense(1)(joined))


def tickets():
    """Three inputs, two outputs."""
    title = keras.Input((None,), name="title", dtype="int32")
    body = keras.Input((None,), name="body", dtype="int32")
    tags = keras.Input((12,), name="tags")
    x = layers.LSTM(32)(layers.Embedding(500, 64)(title))
    y = layers.LSTM(32)(layers.Embedding(500, 64)(body))
    z = layers.concatenate([x, y, tags])
    return keras.Model(
        inputs={"title": title, "body": body, "tags": tags},
        outputs=[layers.Dense(1, name="priority")(z), layers.Dense(4, name="department")(z)],
    )


def squeeze_excite():
    inputs = keras.Input((16, 16, 24))
    x = layers.GlobalAveragePooling2D(keepdims=True)(inputs)
    x = layers.Conv2D(6, 1, activation="relu")(x)
    x = layers.Conv2D(24, 1, activation="hard_sigmoid")(x)
    x = layers.Multiply()([inputs, x])
    x = layers.DepthwiseConv2D(3, padding="same", use_bias=False)(x)
    x = layers.SeparableConv2D(32, 3, padding="same")(x)
    return keras.Model(inputs, layers.Flatten()(x))
