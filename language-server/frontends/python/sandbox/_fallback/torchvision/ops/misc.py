"""Convolutions with their normalisation and activation, squeeze and excitation, frozen statistics, perceptrons."""

from torch import nn
from torch.nn import functional
from torch.nn._sizes import each
from torch.nn.modules import _start


class ConvNormActivation(nn.Sequential):
    rank, conv_layer = 2, nn.Conv2d

    def __init__(
        self, in_channels, out_channels, kernel_size=3, stride=1, padding=None, groups=1, norm_layer=nn.BatchNorm2d,
        activation_layer=nn.ReLU, dilation=1, inplace=True, bias=None,
    ):  # fmt: skip
        if padding is None:
            # As much as keeps the size at a stride of one.
            spans = zip(each(kernel_size, self.rank, 'kernel_size'), each(dilation, self.rank, 'dilation'))
            padding = tuple((kernel - 1) // 2 * step for kernel, step in spans)
        bias = norm_layer is None if bias is None else bias
        conv = self.conv_layer(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias)
        layers = [conv] if norm_layer is None else [conv, norm_layer(out_channels)]
        if activation_layer is not None:
            layers.append(_activation(activation_layer, inplace))
        super().__init__(*layers)
        self.out_channels = out_channels


class Conv2dNormActivation(ConvNormActivation):
    pass


class Conv3dNormActivation(ConvNormActivation):
    rank, conv_layer = 3, nn.Conv3d

    def __init__(
        self, in_channels, out_channels, kernel_size=3, stride=1, padding=None, groups=1, norm_layer=nn.BatchNorm3d,
        activation_layer=nn.ReLU, dilation=1, inplace=True, bias=None,
    ):  # fmt: skip
        super().__init__(
            in_channels, out_channels, kernel_size, stride, padding, groups, norm_layer, activation_layer, dilation, inplace, bias
        )


def _activation(layer, inplace):
    return layer() if inplace is None else layer(inplace=inplace)


class SqueezeExcitation(nn.Module):
    def __init__(self, input_channels, squeeze_channels, activation=nn.ReLU, scale_activation=nn.Sigmoid):
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(input_channels, squeeze_channels, 1)
        self.fc2 = nn.Conv2d(squeeze_channels, input_channels, 1)
        self.activation = activation()
        self.scale_activation = scale_activation()

    def forward(self, input):
        squeezed = self.activation(self.fc1(self.avgpool(input)))
        return self.scale_activation(self.fc2(squeezed)) * input


class FrozenBatchNorm2d(nn.Module):
    """Batch normalisation of which nothing is trained: all of it are buffers."""

    def __init__(self, num_features, eps=1e-5):
        super().__init__()
        self.eps = eps
        for name, value in (('weight', 1.0), ('bias', 0.0), ('running_mean', 0.0), ('running_var', 1.0)):
            self.register_buffer(name, _start.buffer([num_features], value))

    def forward(self, x):
        return functional.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps)


class MLP(nn.Sequential):
    def __init__(
        self, in_channels, hidden_channels, norm_layer=None, activation_layer=nn.ReLU, inplace=None, bias=True, dropout=0.0
    ):
        drop = lambda: nn.Dropout(dropout) if inplace is None else nn.Dropout(dropout, inplace=inplace)  # noqa: E731
        layers, last = [], len(hidden_channels) - 1
        for i, (taken, made) in enumerate(zip((in_channels, *hidden_channels), hidden_channels)):
            layers.append(nn.Linear(taken, made, bias=bias))
            if i < last:
                layers += [] if norm_layer is None else [norm_layer(made)]
                layers.append(_activation(activation_layer, inplace))
            layers.append(drop())
        super().__init__(*layers)


class Permute(nn.Module):
    def __init__(self, dims):
        super().__init__()
        self.dims = dims

    def forward(self, x):
        return x.permute(*self.dims)
