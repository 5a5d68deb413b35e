// Convolution and its gradients with rows and columns of zeros on each side: the package's own pad an image first.
import { tf } from '../../../tf';
import { execute, type Attr, type Info, type KernelCall } from './execute';

/** inputs x, filter; attrs strides, pad, dilations as tf.Conv2D has them. */
export function conv2d({ backend, inputs, attrs }: KernelCall): Info {
  const { x, filter } = inputs as { x: Info; filter: Info };
  return execute(backend, 'Conv2D', [x, filter], geometry(x.shape, filter.shape, attrs))[0]!;
}

/** inputs dy, filter; attrs also inputShape. */
export function conv2dBackpropInput({ backend, inputs, attrs }: KernelCall): Info {
  const { dy, filter } = inputs as { dy: Info; filter: Info };
  const shape = attrs['inputShape'] as number[];
  const all = geometry(shape, filter.shape, attrs);
  return withSizes(shape, (sizes) => execute(backend, 'Conv2DBackpropInput', [sizes, filter, dy], all)[0]!);
}

/** inputs x, dy; attrs also filterShape. */
export function conv2dBackpropFilter({ backend, inputs, attrs }: KernelCall): Info {
  const { x, dy } = inputs as { x: Info; dy: Info };
  const shape = attrs['filterShape'] as number[];
  const all = geometry(x.shape, shape, attrs);
  return withSizes(shape, (sizes) => execute(backend, 'Conv2DBackpropFilter', [x, sizes, dy], all)[0]!);
}

/** The op takes the shape of its result as a tensor. */
function withSizes(shape: readonly number[], run: (sizes: Info) => Info): Info {
  const sizes = tf.tensor1d([...shape], 'int32');
  try {
    return run(sizes);
  } finally {
    sizes.dispose();
  }
}

function geometry(
  x: readonly number[],
  filter: readonly number[],
  { strides, pad, dilations, dimRoundingMode }: Readonly<Record<string, unknown>>,
): Record<string, Attr> {
  const info = tf.backend_util.computeConv2DInfo(
    x as [number, number, number, number],
    filter as [number, number, number, number],
    strides as number,
    (dilations as number | undefined) ?? 1,
    pad as 'same',
    dimRoundingMode as 'floor' | undefined,
  );
  const { type, top, bottom, left, right } = info.padInfo;
  const padding = type === 'NUMBER' ? 'EXPLICIT' : type;
  return {
    strides: [1, info.strideHeight, info.strideWidth, 1],
    dilations: [1, info.dilationHeight, info.dilationWidth, 1],
    padding,
    data_format: 'NHWC',
    use_cudnn_on_gpu: true,
    ...(padding === 'EXPLICIT' ? { explicit_paddings: [0, 0, top, bottom, left, right, 0, 0] } : {}),
  };
}
