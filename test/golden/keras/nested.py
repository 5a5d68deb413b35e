"""Models in models: a frozen backbone, an encoder that is called twice, an autoencoder."""

import keras
from keras import layers


def backbone():
    inputs = keras.Input((32, 32, 3))
    x = layers.Conv2D(8, 3, strides=2, activation="relu", name="conv_a")(inputs)
    x = layers.Conv2D(16, 3, strides=2, activation="relu", name="conv_b")(x)
    return keras.Model(inputs, x, name="backbone")


def transfer():
    base = backbone()
    base.trainable = False
    inputs = keras.Input((32, 32, 3))
    x = base(inputs, training=False)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(5)(x))


def siamese():
    tower = keras.Sequential([keras.Input((20,)), layers.Dense(16, activation="relu"), layers.Dense(8)], name="tower")
    a, b = keras.Input((20,)), keras.Input((20,))
    distance = layers.Subtract()([tower(a), tower(b)])
    return keras.Model([a, b], layers.Dense(1)(distance))


def autoencoder():
    encoder_input = keras.Input((28, 28, 1), name="img")
    x = layers.Conv2D(16, 3, activation="relu")(encoder_input)
    x = layers.Conv2D(32, 3, activation="relu")(x)
    x = layers.MaxPooling2D(3)(x)
    encoder_output = layers.GlobalMaxPooling2D()(layers.Conv2D(16, 3, activation="relu")(x))
    encoder = keras.Model(encoder_input, encoder_output, name="encoder")
    decoder_input = keras.Input((16,), name="encoded")
    x = layers.Reshape((4, 4, 1))(decoder_input)
    x = layers.Conv2DTranspose(16, 3, activation="relu")(x)
    x = layers.UpSampling2D(3)(x)
    decoder = keras.Model(decoder_input, layers.Conv2DTranspose(1, 3)(x), name="decoder")
    both = keras.Input((28, 28, 1), name="both")
    return keras.Model(both, decoder(encoder(both)), name="autoencoder")
