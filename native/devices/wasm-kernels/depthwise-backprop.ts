// Gradients of a depthwise convolution, which the WASM backend lacks. Few MACs an element: plain loops do.
import { allocate, floats, geometry, type Geometry, type Info, type KernelCall } from './heap';

type Visit = (x: number, dy: number, filter: number) => void;

/** Visits every (input, output, weight) triple of indices that belong together. Filter: height × width × in × multiplier. */
function eachTap(g: Geometry, visit: Visit): void {
  const multiplier = g.outChannels / g.inChannels;
  for (let n = 0; n < g.batch; n++) {
    for (let i = 0; i < g.outHeight; i++) {
      for (let j = 0; j < g.outWidth; j++) {
        const dy = ((n * g.outHeight + i) * g.outWidth + j) * g.outChannels;
        for (let r = 0; r < g.filterHeight; r++) {
          const row = i * g.strideHeight + r - g.top;
          if (row < 0 || row >= g.inHeight) continue;
          for (let s = 0; s < g.filterWidth; s++) {
            const col = j * g.strideWidth + s - g.left;
            if (col < 0 || col >= g.inWidth) continue;
            const x = ((n * g.inHeight + row) * g.inWidth + col) * g.inChannels;
            const filter = (r * g.filterWidth + s) * g.outChannels;
            for (let k = 0; k < g.outChannels; k++) {
              visit(x + (multiplier === 1 ? k : Math.floor(k / multiplier)), dy + k, filter + k);
            }
          }
        }
      }
    }
  }
}

export function depthwiseBackpropFilter({ backend, inputs, attrs }: KernelCall): Info {
  const { x, dy } = inputs as { x: Info; dy: Info };
  const shape = attrs['filterShape'] as number[];
  const result = allocate(backend, shape);
  const [image, gradient, out] = [floats(backend, x), floats(backend, dy), floats(backend, result)];
  out.fill(0);
  eachTap(geometry(x.shape, shape, attrs, true), (a, b, c) => (out[c]! += image[a]! * gradient[b]!));
  return result;
}

export function depthwiseBackpropInput({ backend, inputs, attrs }: KernelCall): Info {
  const { dy, filter } = inputs as { dy: Info; filter: Info };
  const shape = attrs['inputShape'] as number[];
  const result = allocate(backend, shape);
  const [gradient, weights, out] = [floats(backend, dy), floats(backend, filter), floats(backend, result)];
  out.fill(0);
  eachTap(geometry(shape, filter.shape, attrs, true), (a, b, c) => (out[a]! += gradient[b]! * weights[c]!));
  return result;
}
