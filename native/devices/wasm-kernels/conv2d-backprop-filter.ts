// Gradient of a convolution with respect to its filter, which the WASM backend lacks.
import { allocate, call, floats, free, geometry, type KernelCall, type Info } from './heap';

/**
 * dW[r,s,c,k] = Σ over n,i,j of x[n, i·stride + r − top, j·stride + s − left, c] · dy[n,i,j,k] is itself a convolution:
 * images are the input's channels, channels are the samples, the filter is dy, and the stride becomes a dilation. So
 * XNNPACK's convolution computes it once both tensors are laid out that way.
 */
export function conv2dBackpropFilter({ backend, inputs, attrs }: KernelCall): Info {
  const { x, dy } = inputs as { x: Info; dy: Info };
  const g = geometry(x.shape, attrs['filterShape'] as number[], attrs);
  // Exactly the rows and columns that some output saw: zero where they were padding, cut where a stride skipped them.
  const height = (g.outHeight - 1) * g.strideHeight + g.filterHeight;
  const width = (g.outWidth - 1) * g.strideWidth + g.filterWidth;
  const images = allocate(backend, [g.inChannels, height, width, g.batch]);
  const filter = allocate(backend, [g.outHeight, g.outWidth, g.batch, g.outChannels]);
  const result = allocate(backend, [g.filterHeight, g.filterWidth, g.inChannels, g.outChannels]);

  const [from, to] = [floats(backend, x), floats(backend, images)];
  const { inHeight, inWidth, inChannels, batch } = g;
  to.fill(0);
  for (let row = 0; row < height; row++) {
    const inRow = row - g.top;
    if (inRow < 0 || inRow >= inHeight) continue;
    for (let col = 0; col < width; col++) {
      const inCol = col - g.left;
      if (inCol < 0 || inCol >= inWidth) continue;
      for (let c = 0; c < inChannels; c++) {
        let source = (inRow * inWidth + inCol) * inChannels + c;
        let target = ((c * height + row) * width + col) * batch;
        const step = inHeight * inWidth * inChannels;
        for (let n = 0; n < batch; n++, source += step) to[target++] = from[source]!;
      }
    }
  }
  swapOuter(floats(backend, dy), floats(backend, filter), g.batch, g.outHeight * g.outWidth, g.outChannels);

  const gradient = call(
    backend,
    'Conv2D',
    { x: images, filter },
    {
      strides: [1, 1],
      dilations: [g.strideHeight, g.strideWidth],
      pad: 'valid',
      dataFormat: 'NHWC',
    },
  );
  // One gradient image per input channel → the filter's own order.
  swapOuter(
    floats(backend, gradient),
    floats(backend, result),
    g.inChannels,
    g.filterHeight * g.filterWidth,
    g.outChannels,
  );
  free(backend, images, filter, gradient);
  return result;
}

/** [a, b, inner] → [b, a, inner]. */
function swapOuter(from: Float32Array, to: Float32Array, a: number, b: number, inner: number): void {
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) {
      let source = (i * b + j) * inner;
      let target = (j * a + i) * inner;
      for (let k = 0; k < inner; k++) to[target++] = from[source++]!;
    }
  }
}
