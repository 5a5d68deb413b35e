// Every layer of torch.nn with typical arguments: the calls that the layers' test makes in both PyTorch and its stand-in.

export interface LayerCase {
  /** As people write it, with `nn` in scope. */
  readonly call: string;
  /** Shapes of forward's tensors, the batch of 2 first. */
  readonly inputs: readonly (readonly number[])[];
  /** The inputs are positions, not numbers. */
  readonly whole?: boolean;
}

const of = (inputs: readonly (readonly number[])[], calls: readonly string[]): LayerCase[] =>
  calls.map((call) => ({ call, inputs }));

const line = [[2, 4, 17]];
const image = [[2, 4, 12, 14]];
const volume = [[2, 4, 6, 8, 9]];
const flat = [[2, 5, 6]];

const convolutions = [
  ...of(line, [
    'Conv1d(4, 6, 3)',
    "Conv1d(4, 6, 5, padding='same', padding_mode='reflect')",
    'ConvTranspose1d(4, 6, 3, 2, 1, 1)',
    'LazyConv1d(6, 3)',
    'LazyConvTranspose1d(6, 3)',
  ]),
  ...of(image, [
    'Conv2d(4, 6, 3, 2, 1, bias=False)',
    'Conv2d(4, 8, (3, 5), groups=4, dilation=2)',
    "Conv2d(4, 6, 3, padding=(1, 2), padding_mode='circular')",
    'ConvTranspose2d(4, 6, 3, stride=2, groups=2)',
    'LazyConv2d(6, 3)',
    'LazyConvTranspose2d(6, 3)',
  ]),
  ...of(volume, ['Conv3d(4, 6, 3, 1, 1)', 'ConvTranspose3d(4, 6, (1, 2, 2), (1, 2, 2))']),
  ...of(volume, ['LazyConv3d(6, 2)', 'LazyConvTranspose3d(6, 2)']),
];

const norms = [
  ...of([[2, 4]], ['BatchNorm1d(4)', 'LazyBatchNorm1d()']),
  ...of(line, ['BatchNorm1d(4, affine=False)', 'InstanceNorm1d(4)', 'LazyInstanceNorm1d(affine=True)']),
  ...of(image, [
    'BatchNorm2d(4)',
    'BatchNorm2d(4, track_running_stats=False)',
    'LazyBatchNorm2d()',
    'InstanceNorm2d(4, affine=True, track_running_stats=True)',
    'LazyInstanceNorm2d()',
    'GroupNorm(2, 4)',
    'GroupNorm(2, 4, affine=False)',
    'LayerNorm([12, 14])',
    'LayerNorm(14, elementwise_affine=False)',
    'LocalResponseNorm(2)',
    'CrossMapLRN2d(2)',
  ]),
  ...of(volume, ['BatchNorm3d(4)', 'LazyBatchNorm3d()', 'InstanceNorm3d(4)', 'LazyInstanceNorm3d()']),
];

const pools = [
  ...of(line, [
    'MaxPool1d(3)',
    'AvgPool1d(3, 2, 1)',
    'AdaptiveAvgPool1d(5)',
    'AdaptiveMaxPool1d(5)',
    'LPPool1d(2, 3)',
  ]),
  ...of(image, [
    'MaxPool2d(3, 2, 1, ceil_mode=True)',
    'MaxPool2d(2, return_indices=True)',
    'AvgPool2d(2)',
    'AdaptiveAvgPool2d((None, 7))',
    'AdaptiveMaxPool2d(3)',
    'LPPool2d(2, 3, 2)',
    'FractionalMaxPool2d(2, output_size=(5, 6))',
    'FractionalMaxPool2d(2, output_ratio=0.5)',
  ]),
  ...of(volume, [
    'MaxPool3d(2)',
    'AvgPool3d((1, 2, 2))',
    'AdaptiveAvgPool3d((2, 3, 4))',
    'AdaptiveMaxPool3d(2)',
  ]),
  ...of(volume, ['FractionalMaxPool3d(2, output_size=2)']),
  {
    call: 'MaxUnpool1d(2)',
    inputs: [
      [2, 4, 8],
      [2, 4, 8],
    ],
    whole: true,
  },
  {
    call: 'MaxUnpool2d(2)',
    inputs: [
      [2, 4, 6, 7],
      [2, 4, 6, 7],
    ],
    whole: true,
  },
  {
    call: 'MaxUnpool3d(2)',
    inputs: [
      [2, 4, 3, 4, 4],
      [2, 4, 3, 4, 4],
    ],
    whole: true,
  },
];

const resizes = [
  ...of(line, ['ReflectionPad1d(2)', 'ReplicationPad1d((1, 2))', 'ConstantPad1d(2, 3.5)']),
  ...of(image, [
    'ReflectionPad2d(2)',
    'ReplicationPad2d((1, 2, 0, 3))',
    'ConstantPad2d((1, -1, 2, 0), 1.0)',
    'ZeroPad2d(1)',
    'Upsample(scale_factor=2)',
    "Upsample(size=(20, 21), mode='bilinear', align_corners=False)",
    'UpsamplingNearest2d(scale_factor=2)',
    'UpsamplingBilinear2d(size=30)',
    'PixelShuffle(2)',
    'PixelUnshuffle(2)',
    'ChannelShuffle(2)',
    'Unfold(3, padding=1, stride=2)',
    'Flatten(1, 2)',
    'Unflatten(1, (2, 2))',
    'Softmax2d()',
    'Dropout2d()',
  ]),
  ...of(volume, ['ReflectionPad3d(1)', 'ReplicationPad3d(1)', 'ConstantPad3d(1, 0.0)', 'Dropout3d()']),

  ...of([[2, 12, 20]], ['Fold((5, 6), (2, 2))']),
];

const activations = of(
  image,
  [
    ...['ReLU', 'ReLU6', 'SiLU', 'Mish', 'Sigmoid', 'Tanh', 'SELU', 'Hardswish', 'Hardsigmoid', 'LogSigmoid'],
    ...[
      'Softsign',
      'Tanhshrink',
      'LeakyReLU',
      'RReLU',
      'ELU',
      'CELU',
      'GELU',
      'Hardtanh',
      'Hardshrink',
      'Softshrink',
    ],
    ...['Softplus', 'PReLU', 'GLU', 'Identity', 'Dropout', 'AlphaDropout', 'FeatureAlphaDropout'],
  ].map((name) => `${name}()`),
).concat(
  of(image, [
    'Threshold(0.1, 2)',
    'PReLU(4)',
    'Softplus(2)',
    'Softmax(1)',
    'LogSoftmax(-1)',
    'Softmin(2)',
    "GELU(approximate='tanh')",
  ]),
  of(line, ['Dropout1d()']),
);

const matrices = [
  ...of(flat, ['Linear(6, 7)', 'Linear(6, 7, bias=False)', 'LazyLinear(3)']),
  {
    call: 'Bilinear(6, 3, 4)',
    inputs: [
      [2, 5, 6],
      [2, 5, 3],
    ],
  },
  {
    call: 'CosineSimilarity()',
    inputs: [
      [2, 5, 6],
      [2, 5, 6],
    ],
  },
  {
    call: 'PairwiseDistance()',
    inputs: [
      [2, 6],
      [2, 6],
    ],
  },
  { call: 'Embedding(10, 3)', inputs: [[2, 5]], whole: true },
  { call: 'EmbeddingBag(10, 3)', inputs: [[2, 5]], whole: true },
];

const sequences = [
  ...of(flat, [
    'LSTM(6, 3)',
    'LSTM(6, 3, 2, batch_first=True, bidirectional=True, proj_size=2)',
    'GRU(6, 3, bidirectional=True)',
    'RNN(6, 3, 2, bias=False)',
    'TransformerEncoderLayer(6, 2, 9)',
    'TransformerEncoderLayer(6, 2, 9, batch_first=True, norm_first=True)',
    'TransformerEncoder(nn.TransformerEncoderLayer(6, 2, 9), 2)',
  ]),
  ...of([[2, 6]], ['LSTMCell(6, 3)', 'GRUCell(6, 3)', 'RNNCell(6, 3, bias=False)']),
  ...of(
    [
      [2, 5, 6],
      [2, 5, 6],
    ],
    [
      'TransformerDecoderLayer(6, 2, 9)',
      'TransformerDecoder(nn.TransformerDecoderLayer(6, 2, 9), 2)',
      'Transformer(6, 2, 1, 2, 9)',
    ],
  ),
  ...of(
    [
      [2, 5, 6],
      [2, 5, 6],
      [2, 5, 6],
    ],
    ['MultiheadAttention(6, 2)', 'MultiheadAttention(6, 2, batch_first=True, bias=False, add_bias_kv=True)'],
  ),
  {
    call: 'MultiheadAttention(6, 2, kdim=4, vdim=3)',
    inputs: [
      [2, 5, 6],
      [2, 5, 4],
      [2, 5, 3],
    ],
  },
];

/** Layers that hold others, written out: what they own is what counts. */
const containers = of(flat, [
  'Sequential(nn.Linear(6, 6), nn.Sequential(nn.ReLU(), nn.Linear(6, 2)))',
  'utils.weight_norm(nn.Linear(6, 7))',
  "utils.weight_norm(nn.Linear(6, 7), 'weight', None)",
  'utils.spectral_norm(nn.Linear(6, 7))',
  'utils.parametrizations.spectral_norm(nn.Linear(6, 7))',
  'utils.parametrizations.orthogonal(nn.Linear(6, 7))',
]);

export const layerCases: readonly LayerCase[] = [
  ...convolutions,
  ...norms,
  ...pools,
  ...resizes,
  ...activations,
  ...matrices,
  ...sequences,
  ...containers,
];

/** Public layers that the cases above do not call, each with the reason. */
export const notCalled: Readonly<Record<string, string>> = {
  Module: 'the base class',
  Container: 'deprecated alias of Module',
  ModuleDict: 'has no forward; see the test of containers',
  ModuleList: 'has no forward; see the test of containers',
  ParameterDict: 'has no forward; see the test of containers',
  ParameterList: 'has no forward; see the test of containers',
  RNNBase: 'the base class of the recurrent layers',
  RNNCellBase: 'the base class of the cells',
  SyncBatchNorm: 'needs a GPU in PyTorch; the same class as BatchNorm here',
  DataParallel: 'one device is all there is',
  AdaptiveLogSoftmaxWithLoss: 'a loss with parameters; see the test of containers',
};
