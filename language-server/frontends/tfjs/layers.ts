// What each Keras layer class becomes in the model graph: op and attributes. Adding a layer is adding a row.
import type { Attrs } from '../../../core/graph/model-graph';
import type { Shape } from '../../../core/graph/shape';

/** One op of the graph that a layer turns into. */
export interface LayerOp {
  readonly op: string;
  readonly attrs: Attrs;
}

/** A layer's `config`, with Keras' snake_case keys. */
export type Config = Readonly<Record<string, unknown>>;
type Rule = (config: Config, inputs: readonly Shape[]) => readonly LayerOp[];

const activationOps: Readonly<Record<string, LayerOp>> = {
  relu: { op: 'relu', attrs: {} },
  relu6: { op: 'relu6', attrs: {} },
  elu: { op: 'elu', attrs: { alpha: 1 } },
  sigmoid: { op: 'sigmoid', attrs: {} },
  tanh: { op: 'tanh', attrs: {} },
  softplus: { op: 'softplus', attrs: {} },
  swish: { op: 'silu', attrs: {} },
  silu: { op: 'silu', attrs: {} },
  mish: { op: 'mish', attrs: {} },
  gelu: { op: 'gelu', attrs: { approximate: 'none' } },
  gelu_new: { op: 'gelu', attrs: { approximate: 'tanh' } },
  softmax: { op: 'softmax', attrs: { axis: -1 } },
  log_softmax: { op: 'logSoftmax', attrs: { axis: -1 } },
};

/** The op of an `activation` entry; linear is none. An unknown one is kept by name, as a barrier. */
function activation(config: Config): readonly LayerOp[] {
  const name = (config['activation'] as string | undefined) ?? 'linear';
  return name === 'linear' ? [] : [activationOps[name] ?? { op: `activation ${name}`, attrs: {} }];
}

const numbers = (value: unknown): number[] => (Array.isArray(value) ? value.map(Number) : [Number(value)]);
const both = (value: unknown): number[] => {
  const [h, w = h] = numbers(value);
  return [h!, w!];
};
const text = (value: unknown, fallback: string): string => (typeof value === 'string' ? value : fallback);
const channels = (inputs: readonly Shape[]): number => Number(inputs[0]?.at(-1));

function convolution(config: Config, inputs: readonly Shape[], depthwise: boolean): readonly LayerOp[] {
  const inChannels = channels(inputs);
  const attrs: Attrs = {
    inChannels,
    outChannels: depthwise ? inChannels * Number(config['depth_multiplier'] ?? 1) : Number(config['filters']),
    kernel: both(config['kernel_size']),
    stride: both(config['strides'] ?? 1),
    padding: text(config['padding'], 'valid'),
    dilation: both(config['dilation_rate'] ?? 1),
    groups: depthwise ? inChannels : Number(config['groups'] ?? 1),
    bias: config['use_bias'] !== false,
  };
  return [{ op: 'conv2d', attrs }, ...activation(config)];
}

function pool(op: string): Rule {
  return (config) => [
    {
      op,
      attrs: {
        kernel: both(config['pool_size'] ?? 2),
        stride: both(config['strides'] ?? config['pool_size'] ?? 2),
        padding: text(config['padding'], 'valid'),
        // Keras averages over the pixels that exist, not over padding.
        ...(op === 'avgPool2d' ? { countIncludePad: false } : {}),
      },
    },
  ];
}

const one =
  (op: string, attrs: Attrs = {}): Rule =>
  () => [{ op, attrs }];

/** Keras merges any number of tensors; the graph's binary ops take two, which `chain` in frontend.ts takes care of. */
export const layerRules: Readonly<Record<string, Rule>> = {
  Conv2D: (config, inputs) => convolution(config, inputs, false),
  DepthwiseConv2D: (config, inputs) => convolution(config, inputs, true),
  Dense: (config, inputs) => [
    {
      op: 'linear',
      attrs: {
        inFeatures: channels(inputs),
        outFeatures: Number(config['units']),
        bias: config['use_bias'] !== false,
      },
    },
    ...activation(config),
  ],
  BatchNormalization: (config, inputs) => [
    {
      op: 'batchNorm2d',
      attrs: {
        features: channels(inputs),
        eps: Number(config['epsilon'] ?? 1e-3),
        // Keras keeps this share of the old statistics; the graph counts the share of the new, as PyTorch does.
        momentum: 1 - Number(config['momentum'] ?? 0.99),
        affine: config['scale'] !== false || config['center'] !== false,
      },
    },
  ],
  Activation: activation,
  ReLU: (config) => [config['max_value'] === 6 ? { op: 'relu6', attrs: {} } : { op: 'relu', attrs: {} }],
  LeakyReLU: (config) => [{ op: 'leakyRelu', attrs: { slope: Number(config['alpha'] ?? 0.3) } }],
  ELU: (config) => [{ op: 'elu', attrs: { alpha: Number(config['alpha'] ?? 1) } }],
  Softmax: (config) => [{ op: 'softmax', attrs: { axis: Number(config['axis'] ?? -1) } }],
  MaxPooling2D: pool('maxPool2d'),
  AveragePooling2D: pool('avgPool2d'),
  GlobalAveragePooling2D: one('mean', { axes: [1, 2], keepDims: false }),
  Flatten: one('flatten', { start: 1, end: -1 }),
  Reshape: (config) => [
    { op: 'reshape', attrs: { shape: [{ batch: 1 }, ...numbers(config['target_shape'])] } },
  ],
  Permute: (config) => [{ op: 'permute', attrs: { order: [0, ...numbers(config['dims'])] } }],
  Dropout: (config) => [{ op: 'dropout', attrs: { rate: Number(config['rate']) } }],
  SpatialDropout2D: (config) => [{ op: 'dropout', attrs: { rate: Number(config['rate']) } }],
  ZeroPadding2D: (config) => {
    const [[top, bottom], [left, right]] = config['padding'] as [[number, number], [number, number]];
    return [{ op: 'zeroPad2d', attrs: { padding: [left, right, top, bottom] } }];
  },
  Add: one('add'),
  Multiply: one('mul'),
  Subtract: one('sub'),
  Concatenate: (config) => [{ op: 'concat', attrs: { axis: Number(config['axis'] ?? -1) } }],
};
