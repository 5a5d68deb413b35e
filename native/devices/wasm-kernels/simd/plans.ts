// Which pixels of two images meet under which tap of a convolution, as tables of byte offsets for the loops in conv.ts.
import type { Geometry } from '../heap';
import { blockWidth, tilePixels } from './conv';

/** What one call of a gather routine runs through; see there. */
export interface GatherPlan {
  readonly taps: number;
  readonly tiles: number;
  /** table, then tapOffsets, then outOffsets. */
  readonly data: Int32Array;
}

export interface OuterPlan {
  readonly taps: number;
  /** Pairs, tap after tap. */
  readonly pairs: Int32Array;
  /** For each tap where its pairs end, in bytes from the start of the pairs. */
  readonly ends: Int32Array;
}

const float = 4;
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const remainder = (a: number, b: number): number => ((a % b) + b) % b;

/** From x to y: each output pixel looks at every tap. */
export function forwardPlans(g: Geometry): GatherPlan[] {
  const taps = tapsOf(g);
  return [
    gatherPlan(
      range(g.outHeight * g.outWidth),
      taps,
      (pixel, tap) => inputPixel(g, Math.floor(pixel / g.outWidth), pixel % g.outWidth, tap),
      g.inChannels,
      g.outChannels,
    ),
  ];
}

/**
 * From dy to dx. Under a stride, an input pixel is seen through only some taps, the same ones for all pixels of its
 * phase: one plan a phase, so that nothing is multiplied by zero.
 */
export function backwardPlans(g: Geometry): GatherPlan[] {
  const taps = tapsOf(g);
  const phases = new Map<string, number[]>();
  for (const pixel of range(g.inHeight * g.inWidth)) {
    const row = Math.floor(pixel / g.inWidth) + g.top;
    const col = (pixel % g.inWidth) + g.left;
    const phase = `${row % g.strideHeight},${col % g.strideWidth}`;
    const members = phases.get(phase);
    if (members) members.push(pixel);
    else phases.set(phase, [pixel]);
  }
  return [...phases.values()].map((pixels) => {
    const [row, col] = [Math.floor(pixels[0]! / g.inWidth) + g.top, (pixels[0]! % g.inWidth) + g.left];
    const seen = taps.filter(
      ({ r, s }) =>
        remainder(row - r * g.dilationHeight, g.strideHeight) === 0 &&
        remainder(col - s * g.dilationWidth, g.strideWidth) === 0,
    );
    return gatherPlan(pixels, seen, (pixel, tap) => outputPixel(g, pixel, tap), g.outChannels, g.inChannels);
  });
}

/** Every pair of an input and an output pixel that meet, tap by tap. */
export function outerPlan(g: Geometry): OuterPlan {
  const pairs: number[] = [];
  const ends = tapsOf(g).map((tap) => {
    for (let i = 0; i < g.outHeight; i++) {
      for (let j = 0; j < g.outWidth; j++) {
        const pixel = inputPixel(g, i, j, tap);
        if (pixel >= 0)
          pairs.push(pixel * g.inChannels * float, (i * g.outWidth + j) * g.outChannels * float);
      }
    }
    return pairs.length * 4;
  });
  return { taps: ends.length, pairs: Int32Array.from(pairs), ends: Int32Array.from(ends) };
}

interface Tap {
  readonly r: number;
  readonly s: number;
  readonly index: number;
}

const tapsOf = ({ filterHeight, filterWidth }: Geometry): Tap[] =>
  range(filterHeight * filterWidth).map((index) => ({
    r: Math.floor(index / filterWidth),
    s: index % filterWidth,
    index,
  }));

function inputPixel(g: Geometry, i: number, j: number, { r, s }: Tap): number {
  const row = i * g.strideHeight + r * g.dilationHeight - g.top;
  const col = j * g.strideWidth + s * g.dilationWidth - g.left;
  return row < 0 || row >= g.inHeight || col < 0 || col >= g.inWidth ? -1 : row * g.inWidth + col;
}

function outputPixel(g: Geometry, pixel: number, { r, s }: Tap): number {
  const i = (Math.floor(pixel / g.inWidth) + g.top - r * g.dilationHeight) / g.strideHeight;
  const j = ((pixel % g.inWidth) + g.left - s * g.dilationWidth) / g.strideWidth;
  return i < 0 || i >= g.outHeight || j < 0 || j >= g.outWidth ? -1 : i * g.outWidth + j;
}

function gatherPlan(
  pixels: readonly number[],
  taps: readonly Tap[],
  source: (pixel: number, tap: Tap) => number,
  from: number,
  to: number,
): GatherPlan {
  const tiles = Math.ceil(pixels.length / tilePixels);
  const data: number[] = [];
  // A last tile that is not full repeats the last pixel, which is then computed and written more than once.
  const pixel = (tile: number, p: number) => pixels[Math.min(tile * tilePixels + p, pixels.length - 1)]!;
  for (let tile = 0; tile < tiles; tile++) {
    for (const tap of taps) {
      for (let p = 0; p < tilePixels; p++) {
        const at = source(pixel(tile, p), tap);
        data.push(at < 0 ? -1 : at * from * float);
      }
    }
  }
  const width = blockWidth(to);
  for (const { index } of taps) data.push(index * from * width * float);
  for (let tile = 0; tile < tiles; tile++) {
    for (let p = 0; p < tilePixels; p++) data.push(pixel(tile, p) * to * float);
  }
  return { taps: taps.length, tiles, data: Int32Array.from(data) };
}
