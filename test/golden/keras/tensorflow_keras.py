"""The names under which TensorFlow has Keras."""

import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
from tensorflow.keras.layers import Conv2D, MaxPooling2D
from tensorflow.keras.models import Model, Sequential


def alexnet():
    return Sequential(
        [
            Conv2D(96, 11, strides=4, activation="relu", input_shape=(227, 227, 3)),
            MaxPooling2D(3, strides=2),
            Conv2D(256, 5, padding="same", activation="relu"),
            MaxPooling2D(3, strides=2),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(64, activation=tf.nn.relu),
            layers.Dense(10),
        ]
    )


def two_branches():
    inputs = keras.Input(shape=(24, 24, 3))
    a = Conv2D(8, 3, padding="same", activation="relu")(inputs)
    b = Conv2D(8, 5, padding="same", activation="relu")(inputs)
    x = keras.layers.concatenate([a, b])
    x = layers.Dense(5)(layers.GlobalAveragePooling2D()(x))
    return Model(inputs=inputs, outputs=x)
