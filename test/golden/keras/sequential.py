"""Sequential models: with an Input, with an input shape on the first layer, added to one by one, and built late."""

import keras
from keras import layers


def mnist():
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(32, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.Conv2D(64, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )


def added():
    model = keras.Sequential(name="added")
    model.add(keras.Input((64,)))
    for width in (32, 16):
        model.add(layers.Dense(width, use_bias=False))
        model.add(layers.BatchNormalization(scale=False))
        model.add(layers.Activation("silu"))
    model.add(layers.Dense(1, activation="sigmoid", name="score"))
    return model


def late():
    model = keras.Sequential([layers.Dense(8, activation="relu"), layers.LayerNormalization(), layers.Dense(2)])
    model.build((None, 12))
    model.compile(optimizer="adam", loss="mse")
    return model


def augmented():
    augmentation = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomRotation(0.1)], name="augmentation")
    return keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            augmentation,
            layers.Rescaling(1.0 / 127.5, offset=-1),
            layers.Conv2D(8, 5, strides=2, padding="same"),
            layers.GlobalMaxPooling2D(),
            layers.Dense(4),
        ]
    )
