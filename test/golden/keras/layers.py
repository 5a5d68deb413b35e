"""Layers of every family, in chains that a shape rule cannot pass by chance."""

import keras
from keras import layers


def one_dimension():
    inputs = keras.Input((64, 6))
    x = layers.Conv1D(12, 5, strides=2, padding="same", activation="relu")(inputs)
    x = layers.DepthwiseConv1D(3, padding="same")(x)
    x = layers.SeparableConv1D(10, 3, activation="elu")(x)
    x = layers.MaxPooling1D(2, padding="same")(x)
    x = layers.ZeroPadding1D((1, 2))(x)
    x = layers.Conv1DTranspose(8, 3, strides=2, padding="same")(x)
    x = layers.Cropping1D((2, 1))(x)
    x = layers.UpSampling1D(2)(x)
    x = layers.AveragePooling1D(3)(x)
    x = layers.SpatialDropout1D(0.2)(x)
    x = layers.Permute((2, 1))(x)
    x = layers.GlobalMaxPooling1D()(x)
    x = layers.RepeatVector(3)(x)
    return keras.Model(inputs, layers.Reshape((-1, 2))(x))


def two_dimensions():
    inputs = keras.Input((30, 26, 8))
    x = layers.Conv2D(16, (3, 5), dilation_rate=2, groups=2)(inputs)
    x = layers.GroupNormalization(4)(x)
    x = layers.PReLU(shared_axes=[1, 2])(x)
    x = layers.ZeroPadding2D(((1, 0), (2, 1)))(x)
    x = layers.AveragePooling2D((2, 3), strides=2, padding="same")(x)
    x = layers.Conv2DTranspose(12, 4, strides=2, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization(center=False)(x)
    x = layers.LeakyReLU(negative_slope=0.1)(x)
    x = layers.Conv2DTranspose(6, 2, strides=3)(x)
    x = layers.Cropping2D(((1, 2), 3))(x)
    x = layers.UpSampling2D((1, 2), interpolation="bilinear")(x)
    x = layers.Resizing(24, 24)(x)
    x = layers.CenterCrop(16, 20)(x)
    x = layers.UnitNormalization()(x)
    x = layers.ReLU(max_value=6)(x)
    x = layers.MaxPooling2D(2)(x)
    return keras.Model(inputs, layers.GlobalAveragePooling2D()(x))


def three_dimensions():
    inputs = keras.Input((12, 16, 16, 2))
    x = layers.Conv3D(8, 3, strides=(1, 2, 2), padding="same")(inputs)
    x = layers.MaxPooling3D(2)(x)
    x = layers.ZeroPadding3D(1)(x)
    x = layers.Conv3DTranspose(4, 2, strides=2)(x)
    x = layers.Cropping3D(2)(x)
    x = layers.AveragePooling3D((1, 2, 2))(x)
    x = layers.UpSampling3D(2)(x)
    return keras.Model(inputs, layers.GlobalMaxPooling3D()(x))


def dense_and_norms():
    inputs = keras.Input((10, 24))
    x = layers.EinsumDense("abc,cd->abd", output_shape=(10, 32), bias_axes="d")(inputs)
    x = layers.LayerNormalization(scale=False)(x)
    x = layers.RMSNormalization()(x)
    x = layers.SpectralNormalization(layers.Dense(16, activation="softplus"))(x)
    x = layers.GaussianNoise(0.1)(x)
    x = layers.AlphaDropout(0.1)(x)
    x = layers.Identity()(x)
    x = layers.TimeDistributed(layers.Dense(12))(x)
    x = layers.Lambda(lambda t: t[:, :5] * 2.0)(x)
    x = layers.Softmax(axis=1)(x)
    x = layers.Flatten()(x)
    return keras.Model(inputs, layers.Activation("log_softmax")(x))


def attention():
    inputs = keras.Input((12, 32))
    x = layers.MultiHeadAttention(4, 8, value_dim=6, output_shape=20)(inputs, inputs, use_causal_mask=True)
    y = layers.GroupQueryAttention(8, 4, 2)(inputs, inputs)
    z = layers.Attention(use_scale=True)([inputs, inputs])
    w = layers.AdditiveAttention()([inputs, inputs])
    return keras.Model(inputs, layers.Concatenate()([x, y, z, w]))


def merges():
    a, b = keras.Input((4, 6)), keras.Input((4, 6))
    x = layers.Average()([layers.Maximum()([a, b]), layers.Minimum()([a, b])])
    y = layers.Dot(axes=(2, 2))([a, b])
    z = layers.Multiply()([layers.Subtract()([a, b]), a, b])
    return keras.Model([a, b], [x, y, layers.concatenate([z, a], axis=1)])


def preprocessing():
    inputs = keras.Input((32, 32, 3))
    x = layers.RandomZoom(0.1)(inputs)
    x = layers.Normalization()(x)
    x = layers.Rescaling([2.0, 2.0, 2.0])(x)
    x = layers.ConvLSTM1D(4, 3)(x)
    return keras.Model(inputs, x)
