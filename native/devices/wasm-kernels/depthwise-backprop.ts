// Gradients of a depthwise convolution, which the WASM backend lacks.
import { planned } from './convolve';
import {
  allocate,
  floats,
  free,
  geometry,
  type Geometry,
  type Info,
  type KernelCall,
  type Wasm,
} from './heap';
import { address, simd, table } from './simd/module';
import { outerPlan } from './simd/plans';

export function depthwiseBackpropFilter({ backend, inputs, attrs }: KernelCall): Info {
  const { x, dy } = inputs as { x: Info; dy: Info };
  const shape = attrs['filterShape'] as number[];
  const g = geometry(x.shape, shape, attrs, true);
  const wide = repeat(backend, x, g);
  const result = allocate(backend, shape);
  floats(backend, result).fill(0);
  run(backend, 'depthwiseFilter', wide, dy, result, g);
  if (wide !== x) free(backend, wide);
  return result;
}

export function depthwiseBackpropInput({ backend, inputs, attrs }: KernelCall): Info {
  const { dy, filter } = inputs as { dy: Info; filter: Info };
  const g = geometry(attrs['inputShape'] as number[], filter.shape, attrs, true);
  const wide = allocate(backend, [g.batch, g.inHeight, g.inWidth, g.outChannels]);
  floats(backend, wide).fill(0);
  run(backend, 'depthwiseInput', wide, dy, filter, g);
  if (g.inChannels === g.outChannels) return wide;
  const result = allocate(backend, [g.batch, g.inHeight, g.inWidth, g.inChannels]);
  const [from, to] = [floats(backend, wide), floats(backend, result).fill(0)];
  const multiplier = g.outChannels / g.inChannels;
  for (let i = 0, at = 0; i < to.length; i++) for (let m = 0; m < multiplier; m++) to[i]! += from[at++]!;
  free(backend, wide);
  return result;
}

/** Each channel as often as it has filters, so that outputs and inputs pair one to one. */
function repeat(backend: Wasm, x: Info, g: Geometry): Info {
  if (g.inChannels === g.outChannels) return x;
  const wide = allocate(backend, [g.batch, g.inHeight, g.inWidth, g.outChannels]);
  const [from, to] = [floats(backend, x), floats(backend, wide)];
  const multiplier = g.outChannels / g.inChannels;
  for (let i = 0, at = 0; i < from.length; i++) for (let m = 0; m < multiplier; m++) to[at++] = from[i]!;
  return wide;
}

function run(backend: Wasm, routine: string, image: Info, dy: Info, filter: Info, g: Geometry): void {
  const channels = g.outChannels;
  const { taps, pairs, ends } = planned(outerPlan, { ...g, inChannels: channels });
  const pairTable = table(backend, pairs);
  const start = address(backend, pairTable);
  const endTable = table(
    backend,
    ends.map((end) => start + end),
  );
  simd(
    backend,
    routine,
    ...[address(backend, image), 4 * g.inHeight * g.inWidth * channels],
    ...[address(backend, dy), 4 * g.outHeight * g.outWidth * channels, g.batch],
    ...[start, address(backend, endTable), taps, address(backend, filter), 4 * channels],
  );
  free(backend, pairTable, endTable);
}
