// Gradients of pooling. The stock AvgPoolGrad divides by the whole window even where it hangs over the edge.
import { tf } from '../../tf';
import { allocate, floats, free, type Info, type KernelCall } from './heap';
import { address, simd, table } from './simd/module';

type PoolInfo = ReturnType<typeof tf.backend_util.computePool2DInfo>;

function poolInfo(shape: readonly number[], attrs: KernelCall['attrs']): PoolInfo {
  return tf.backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    attrs['filterSize'] as number,
    attrs['strides'] as number,
    1,
    attrs['pad'] as 'same',
    attrs['dimRoundingMode'] as 'floor' | undefined,
  );
}

/** The pixels of each window that exist, as indices within an image; windows row by row. */
function windowsOf(info: PoolInfo): number[][] {
  const { inHeight, inWidth, outHeight, outWidth } = info;
  return Array.from({ length: outHeight * outWidth }, (_, out) => {
    const top = Math.floor(out / outWidth) * info.strideHeight - info.padInfo.top;
    const left = (out % outWidth) * info.strideWidth - info.padInfo.left;
    const pixels: number[] = [];
    for (let row = Math.max(0, top); row < Math.min(inHeight, top + info.filterHeight); row++) {
      for (let col = Math.max(0, left); col < Math.min(inWidth, left + info.filterWidth); col++) {
        pixels.push(row * inWidth + col);
      }
    }
    return pixels;
  });
}

/** dx where the maximum was; of equal ones the first, as the forward pass of every framework has it. */
export function maxPoolGrad({ backend, inputs, attrs }: KernelCall): Info {
  const { dy, input } = inputs as { dy: Info; input: Info };
  const info = poolInfo(input.shape, attrs);
  const rowBytes = 4 * info.inChannels;
  const windows = windowsOf(info);
  const taps = Math.max(...windows.map((pixels) => pixels.length));
  // A window at the edge has fewer pixels; its first one again changes nothing.
  const offsets = windows.flatMap((pixels) =>
    Array.from({ length: taps }, (_, tap) => (pixels[tap] ?? pixels[0]!) * rowBytes),
  );
  const dx = allocate(backend, input.shape);
  const pixelTable = table(backend, Int32Array.from(offsets));
  floats(backend, dx).fill(0);
  simd(
    backend,
    'maxPoolGrad',
    ...[address(backend, input), address(backend, dx), info.inHeight * info.inWidth * rowBytes],
    ...[address(backend, dy), info.outHeight * info.outWidth * rowBytes, info.batchSize],
    ...[address(backend, pixelTable), windows.length, taps, rowBytes],
  );
  free(backend, pixelTable);
  return dx;
}

/** dx shared among the pixels of the window that exist. */
export function avgPoolGrad({ backend, inputs, attrs }: KernelCall): Info {
  const { dy, input } = inputs as { dy: Info; input: Info };
  const info = poolInfo(input.shape, attrs);
  const channels = info.inChannels;
  const windows = windowsOf(info);
  const dx = allocate(backend, input.shape);
  const [gradient, to] = [floats(backend, dy), floats(backend, dx).fill(0)];
  let out = 0;
  for (let n = 0; n < info.batchSize; n++) {
    const image = n * info.inHeight * info.inWidth * channels;
    for (const pixels of windows) {
      const share = 1 / pixels.length;
      for (const pixel of pixels) {
        const first = image + pixel * channels;
        for (let c = 0; c < channels; c++) to[first + c]! += gradient[out + c]! * share;
      }
      out += channels;
    }
  }
  return dx;
}
