// Gradients of pooling. The stock AvgPoolGrad divides by the whole window even where it hangs over the edge.
import { tf } from '../../tf';
import { allocate, floats, type Info, type KernelCall } from './heap';

interface Window {
  /** First index of the output pixel's channels. */
  readonly out: number;
  /** First index of each input pixel's channels that the window covers. */
  readonly inputs: readonly number[];
}

/** The windows of a pooling op, clipped to the image. NHWC. */
function* windows(shape: readonly number[], attrs: KernelCall['attrs']): Generator<Window> {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as Record<
    'filterSize' | 'strides' | 'pad' | 'dimRoundingMode',
    never
  >;
  const info = tf.backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const { inHeight, inWidth, inChannels, filterHeight, filterWidth, padInfo } = info;
  for (let n = 0; n < info.batchSize; n++) {
    for (let i = 0; i < info.outHeight; i++) {
      for (let j = 0; j < info.outWidth; j++) {
        const [top, left] = [i * info.strideHeight - padInfo.top, j * info.strideWidth - padInfo.left];
        const inputs: number[] = [];
        for (let row = Math.max(0, top); row < Math.min(inHeight, top + filterHeight); row++) {
          for (let col = Math.max(0, left); col < Math.min(inWidth, left + filterWidth); col++) {
            inputs.push(((n * inHeight + row) * inWidth + col) * inChannels);
          }
        }
        yield { out: ((n * info.outHeight + i) * info.outWidth + j) * inChannels, inputs };
      }
    }
  }
}

/** dx where the maximum was; of equal ones the first, as the forward pass of every framework has it. */
export function maxPoolGrad({ backend, inputs, attrs }: KernelCall): Info {
  const { dy, input } = inputs as { dy: Info; input: Info };
  const result = allocate(backend, input.shape);
  const [gradient, image, to] = [floats(backend, dy), floats(backend, input), floats(backend, result)];
  const channels = input.shape[3]!;
  to.fill(0);
  for (const window of windows(input.shape, attrs)) {
    for (let c = 0; c < channels; c++) {
      let best = window.inputs[0]! + c;
      for (const at of window.inputs) if (image[at + c]! > image[best]!) best = at + c;
      to[best]! += gradient[window.out + c]!;
    }
  }
  return result;
}

/** dx shared among the pixels of the window that exist. */
export function avgPoolGrad({ backend, inputs, attrs }: KernelCall): Info {
  const { dy, input } = inputs as { dy: Info; input: Info };
  const result = allocate(backend, input.shape);
  const [gradient, to] = [floats(backend, dy), floats(backend, result)];
  const channels = input.shape[3]!;
  to.fill(0);
  for (const window of windows(input.shape, attrs)) {
    for (const at of window.inputs) {
      for (let c = 0; c < channels; c++) to[at + c]! += gradient[window.out + c]! / window.inputs.length;
    }
  }
  return result;
}
