"""Recurrent networks: a text classifier, an encoder that hands its state to a decoder, layers on every step."""

import keras
from keras import layers


def classifier():
    return keras.Sequential(
        [
            keras.Input((80,), dtype="int32"),
            layers.Embedding(1000, 64, mask_zero=True),
            layers.Bidirectional(layers.LSTM(64, return_sequences=True)),
            layers.Bidirectional(layers.GRU(32), merge_mode="sum"),
            layers.Dense(64, activation="relu"),
            layers.Dense(1),
        ]
    )


def translator(tokens=70, width=24):
    encoder_inputs = keras.Input((20, tokens))
    _, state_h, state_c = layers.LSTM(width, return_state=True)(encoder_inputs)
    decoder_inputs = keras.Input((20, tokens))
    outputs, _, _ = layers.LSTM(width, return_sequences=True, return_state=True)(
        decoder_inputs, initial_state=[state_h, state_c]
    )
    return keras.Model([encoder_inputs, decoder_inputs], layers.Dense(tokens, activation="softmax")(outputs))


def video():
    inputs = keras.Input((6, 16, 16, 3))
    x = layers.TimeDistributed(layers.Conv2D(8, 3, padding="same"))(inputs)
    x = layers.TimeDistributed(layers.GlobalAveragePooling2D())(x)
    x = layers.SimpleRNN(12, return_sequences=True)(x)
    x = layers.RNN([layers.LSTMCell(10), layers.GRUCell(6, reset_after=False)])(x)
    return keras.Model(inputs, layers.Dense(2)(x))
