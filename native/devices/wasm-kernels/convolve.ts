// Convolution and its two gradients on the assembled loops: no padding, no unfolding, any stride and dilation.
import { allocate, floats, free, type Geometry, type Info, type Wasm } from './heap';
import { blockHeight, blockStarts, blockWidth, tilePixels } from './simd/conv';
import { address, simd, table } from './simd/module';
import { backwardPlans, forwardPlans, type GatherPlan, outerPlan, type OuterPlan } from './simd/plans';

/** Plans of the geometries met so far: a training step meets the same few again and again. */
const cache = new Map<string, readonly GatherPlan[] | OuterPlan>();
const capacity = 512;

export function planned<T extends readonly GatherPlan[] | OuterPlan>(
  make: (g: Geometry) => T,
  g: Geometry,
): T {
  const key = make.name + JSON.stringify({ ...g, batch: 0 });
  const known = cache.get(key);
  if (known) return known as T;
  if (cache.size >= capacity) cache.clear();
  const made = make(g);
  cache.set(key, made);
  return made;
}

/** y from x and filter (height × width × in × out). */
export function forward(backend: Wasm, x: Info, filter: Info, g: Geometry): Info {
  const y = allocate(backend, [g.batch, g.outHeight, g.outWidth, g.outChannels]);
  const packed = pack(backend, filter, g, g.inChannels, g.outChannels, { from: g.outChannels, to: 1 });
  gather(backend, planned(forwardPlans, g), x, packed, y);
  free(backend, packed);
  return y;
}

/** dx from dy and filter. */
export function backwardInput(backend: Wasm, dy: Info, filter: Info, g: Geometry): Info {
  const dx = allocate(backend, [g.batch, g.inHeight, g.inWidth, g.inChannels]);
  const packed = pack(backend, filter, g, g.outChannels, g.inChannels, { from: 1, to: g.outChannels });
  gather(backend, planned(backwardPlans, g), dy, packed, dx);
  free(backend, packed);
  return dx;
}

/** The filter in blocks of channels `to`: block × tap × from × width. Strides say how far apart channels lie in the filter. */
function pack(
  backend: Wasm,
  filter: Info,
  { filterHeight, filterWidth, inChannels, outChannels }: Geometry,
  from: number,
  to: number,
  stride: { readonly from: number; readonly to: number },
): Info {
  const taps = filterHeight * filterWidth;
  const width = blockWidth(to);
  const starts = blockStarts(to, width);
  const packed = allocate(backend, [starts.length, taps, from, width]);
  const [source, target] = [floats(backend, filter), floats(backend, packed)];
  let at = 0;
  for (const start of starts) {
    for (let tap = 0; tap < taps; tap++) {
      const first = tap * inChannels * outChannels + start * stride.to;
      for (let c = 0; c < from; c++) {
        for (let k = 0; k < width; k++) target[at++] = source[first + c * stride.from + k * stride.to]!;
      }
    }
  }
  return packed;
}

function gather(backend: Wasm, plans: readonly GatherPlan[], x: Info, packed: Info, y: Info): void {
  const [batch, from, to] = [x.shape[0]!, x.shape[3]!, y.shape[3]!];
  const [, taps, , width] = packed.shape as [number, number, number, number];
  const zeros = allocate(backend, [from]);
  const tables = plans.map(({ data }) => table(backend, data));
  floats(backend, zeros).fill(0);
  const imageBytes = ({ shape }: Info) => 4 * shape[1]! * shape[2]! * shape[3]!;
  plans.forEach((plan, i) => {
    const start = address(backend, tables[i]!);
    const tapOffsets = start + 4 * tilePixels * plan.tiles * plan.taps;
    const outOffsets = tapOffsets + 4 * plan.taps;
    simd(
      backend,
      `gather${width}`,
      ...[
        address(backend, x),
        imageBytes(x),
        address(backend, packed),
        address(backend, y),
        imageBytes(y),
        batch,
      ],
      ...[start, plan.taps, tapOffsets, outOffsets, plan.tiles, 4 * from, 4 * to, address(backend, zeros)],
      4 * taps * from * width,
    );
  });
  free(backend, zeros, ...tables);
}

/** dW from x and dy. */
export function backwardFilter(backend: Wasm, x: Info, dy: Info, g: Geometry): Info {
  const { inChannels, outChannels } = g;
  const [height, width] = [blockHeight(inChannels), blockWidth(outChannels)];
  const [rows, cols] = [blockStarts(inChannels, height), blockStarts(outChannels, width)];
  const { taps, pairs, ends } = planned(outerPlan, g);
  const result = allocate(backend, [g.filterHeight, g.filterWidth, inChannels, outChannels]);
  const sums = allocate(backend, [taps, rows.length, cols.length, height, width]);
  const pairTable = table(backend, pairs);
  const start = address(backend, pairTable);
  const endTable = table(
    backend,
    ends.map((end) => start + end),
  );
  floats(backend, sums).fill(0);
  simd(
    backend,
    `outer${height}x${width}`,
    ...[address(backend, x), 4 * g.inHeight * g.inWidth * inChannels],
    ...[address(backend, dy), 4 * g.outHeight * g.outWidth * outChannels, g.batch],
    ...[start, address(backend, endTable), taps, address(backend, sums), 4 * inChannels, 4 * outChannels],
  );
  // Tiles → taps × in × out; where tiles overlap, both hold the same sums.
  const [source, target] = [floats(backend, sums), floats(backend, result)];
  let at = 0;
  for (let tap = 0; tap < taps; tap++) {
    for (const c of rows) {
      for (const k of cols) {
        for (let r = 0; r < height; r++) {
          const first = (tap * inChannels + c + r) * outChannels + k;
          for (let i = 0; i < width; i++) target[first + i] = source[at++]!;
        }
      }
    }
  }
  free(backend, sums, pairTable, endTable);
  return result;
}
