"""Subclassed models and layers: weights of their own, lists of layers, layers in layers."""

import keras
from keras import layers, ops


class Scale(layers.Layer):
    """One trained factor a channel."""

    def __init__(self, start=1.0, **kwargs):
        super().__init__(**kwargs)
        self.start = start

    def build(self, input_shape):
        self.gamma = self.add_weight(
            name="gamma", shape=(input_shape[-1],), initializer=keras.initializers.Constant(self.start)
        )

    def call(self, x):
        return x * self.gamma


class Linear(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units

    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer="random_normal", trainable=True)
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", trainable=True)

    def call(self, inputs):
        return ops.matmul(inputs, self.w) + self.b


class Block(layers.Layer):
    def __init__(self, filters, stride=1):
        super().__init__()
        self.conv = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)
        self.norm = layers.BatchNormalization()
        self.scale = Scale(0.1)
        self.project = layers.Conv2D(filters, 1, strides=stride) if stride > 1 else None

    def call(self, x, training=None):
        shortcut = x if self.project is None else self.project(x)
        x = self.scale(self.norm(self.conv(x), training=training))
        return ops.relu(x + shortcut)


class Net(keras.Model):
    def __init__(self, classes=10):
        super().__init__()
        self.stem = layers.Conv2D(16, 3, padding="same")
        self.blocks = [Block(16), Block(32, stride=2), Block(32)]
        self.pool = layers.GlobalAveragePooling2D()
        self.head = keras.Sequential([layers.Dense(24, activation="gelu"), layers.Dropout(0.1), Linear(classes)])

    def call(self, inputs, training=False):
        x = self.stem(inputs)
        for block in self.blocks:
            x = block(x, training=training)
        return self.head(self.pool(x))


class Custom(keras.Model):
    """Functional, with a training step of its own."""

    def train_step(self, data):
        return {}


def custom():
    inputs = keras.Input((8,))
    return Custom(inputs, layers.Dense(3)(inputs))


# espalier: model Net() input=(1, 32, 32, 3)
