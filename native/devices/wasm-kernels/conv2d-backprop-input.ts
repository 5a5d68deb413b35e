// Gradient of a convolution with respect to its input. The stock kernel is a plain loop; this one runs on XNNPACK.
import {
  allocate,
  call,
  floats,
  free,
  type Geometry,
  geometry,
  type Info,
  type KernelCall,
  type Wasm,
} from './heap';

/**
 * dx is the convolution of dy, spread out by the stride and padded, with the filter rotated by half a turn and its
 * channels swapped. A 1×1 filter needs no spreading: its gradient is a product at the pixels that were looked at.
 */
export function conv2dBackpropInput({ backend, inputs, attrs }: KernelCall): Info {
  const { dy, filter } = inputs as { dy: Info; filter: Info };
  const g = geometry(attrs['inputShape'] as number[], filter.shape, attrs);
  const rotated = rotate(backend, filter, g);
  const pointwise = g.filterHeight === 1 && g.filterWidth === 1 && g.top === 0 && g.left === 0;
  const result = pointwise ? atPixels(backend, dy, rotated, g) : everywhere(backend, dy, rotated, g);
  free(backend, rotated);
  return result;
}

const convolve = (backend: Wasm, x: Info, filter: Info): Info =>
  call(
    backend,
    'Conv2D',
    { x, filter },
    { strides: [1, 1], dilations: [1, 1], pad: 'valid', dataFormat: 'NHWC' },
  );

/** [r, s, c, k] → [R−1−r, S−1−s, k, c]. */
function rotate(backend: Wasm, filter: Info, g: Geometry): Info {
  const { filterHeight, filterWidth, inChannels, outChannels } = g;
  const rotated = allocate(backend, [filterHeight, filterWidth, outChannels, inChannels]);
  const [from, to] = [floats(backend, filter), floats(backend, rotated)];
  const taps = filterHeight * filterWidth;
  let source = 0;
  for (let tap = 0; tap < taps; tap++) {
    const base = (taps - 1 - tap) * inChannels * outChannels;
    for (let c = 0; c < inChannels; c++) {
      for (let k = 0; k < outChannels; k++) to[base + k * inChannels + c] = from[source++]!;
    }
  }
  return rotated;
}

function everywhere(backend: Wasm, dy: Info, rotated: Info, g: Geometry): Info {
  // Output pixel i was made from input pixels i·stride − top …; here each lands with a border of filter − 1 around it.
  const height = g.inHeight + g.filterHeight - 1;
  const width = g.inWidth + g.filterWidth - 1;
  const spread = allocate(backend, [g.batch, height, width, g.outChannels]);
  const offset = { row: g.filterHeight - 1 - g.top, col: g.filterWidth - 1 - g.left };
  floats(backend, spread).fill(0);
  place(floats(backend, dy), floats(backend, spread), g, height, width, offset, g.outChannels);
  const result = convolve(backend, spread, rotated);
  free(backend, spread);
  return result;
}

function atPixels(backend: Wasm, dy: Info, rotated: Info, g: Geometry): Info {
  const products = convolve(backend, dy, rotated);
  if (g.strideHeight === 1 && g.strideWidth === 1) return products;
  const result = allocate(backend, [g.batch, g.inHeight, g.inWidth, g.inChannels]);
  floats(backend, result).fill(0);
  place(
    floats(backend, products),
    floats(backend, result),
    g,
    g.inHeight,
    g.inWidth,
    { row: 0, col: 0 },
    g.inChannels,
  );
  free(backend, products);
  return result;
}

/** Copies the pixels of an output-sized image to every stride-th pixel of a larger one; what falls outside is dropped. */
function place(
  from: Float32Array,
  to: Float32Array,
  { batch, outHeight, outWidth, strideHeight, strideWidth }: Geometry,
  height: number,
  width: number,
  offset: { readonly row: number; readonly col: number },
  channels: number,
): void {
  for (let n = 0; n < batch; n++) {
    for (let i = 0; i < outHeight; i++) {
      const row = i * strideHeight + offset.row;
      if (row < 0 || row >= height) continue;
      for (let j = 0; j < outWidth; j++) {
        const col = j * strideWidth + offset.col;
        if (col < 0 || col >= width) continue;
        let source = ((n * outHeight + i) * outWidth + j) * channels;
        let target = ((n * height + row) * width + col) * channels;
        for (let k = 0; k < channels; k++) to[target++] = from[source++]!;
      }
    }
  }
}
