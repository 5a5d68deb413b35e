// The inner loops of convolution and its gradients, over tables of offsets that say which pixels meet under which tap.
import {
  add,
  addresses,
  type Code,
  i32,
  type Lanes,
  less,
  load,
  loadI32,
  type Local,
  mul,
  type Routine,
  routine,
  select,
  sub,
  type V128,
  v,
} from './assembler';

/** Pixels of a tile. Eight channels of four pixels fill the registers that WebAssembly engines give to SIMD. */
export const tilePixels = 4;
export const blockWidth = (channels: number): 8 | 4 | 1 => (channels >= 8 ? 8 : channels >= 4 ? 4 : 1);
export const blockHeight = (channels: number): 4 | 1 => (channels >= 4 ? 4 : 1);
/** Where each block begins; the last one ends with the channels, over the one before. */
export const blockStarts = (channels: number, size: number): number[] =>
  Array.from({ length: Math.ceil(channels / size) }, (_, i) => Math.min(i * size, channels - size));

const accumulate = (code: Code, sum: Local<'v128'>, a: V128, b: V128) => code.set(sum, v.mulAdd(a, b, sum));

/**
 * (x, xImage, w, y, yImage, images, table, taps, tapOffsets, outOffsets, tiles, inBytes, outBytes, zeros, blockBytes):
 * y[n, out(p), k] = Σ over taps t and channels c of x[n, table(p, t), c] · w[tap(t), c, k].
 *
 * - `table` holds per tile, tap and pixel of the tile the byte offset of an input pixel within its image, −1 for none.
 * - `w` is packed in blocks of `width` output channels (taps × in × width floats, `blockBytes` each); `tapOffsets` holds
 *   the byte offset of each tap within a block, `outOffsets` per tile and pixel where y goes.
 * - `zeros` is a row of inBytes zeros that missing pixels read. xImage and yImage are bytes an image; inBytes a pixel of
 *   x, outBytes a pixel of y.
 *
 * The last block of output channels overlaps the one before, and writes the same values again.
 */
function gather(width: 8 | 4 | 1): Routine {
  const lanes: Lanes = width === 1 ? 1 : 4;
  const parts = width === 8 ? [0, 16] : [0];
  return routine(`gather${width}`, addresses(15), (code) => {
    const [x, xImage, w, y, yImage, images, table, taps] = code.addresses(8);
    const [tapOffsets, outOffsets, tiles, inBytes, outBytes, zeros, blockBytes] = code.addresses(7, 8);
    const pixels = Array.from({ length: tilePixels }, (_, i) => i);
    const sums = pixels.map(() => parts.map(() => code.local('v128')));
    const from = pixels.map(() => code.local('i32'));
    const weights = parts.map(() => code.local('v128'));
    const pixel = code.local('v128');
    const [n, channel, k, tile, entry, out, tap, row, packed, at] = code.counters(10);
    const last = code.local('i32', sub(outBytes, 4 * width));
    const tapEnd = code.local('i32', add(tapOffsets, mul(taps, 4)));

    const oneTap = () => {
      for (const i of pixels) {
        const offset = loadI32(entry, 4 * i);
        code.set(from[i]!, select(less(offset, i32(0)), zeros, add(x, offset)));
      }
      code.set(entry, add(entry, 4 * tilePixels));
      code.set(row, add(packed, loadI32(tap)));
      // One channel a round. Unrolled, engines load everything first and run out of registers, at half the speed.
      code.loop(at, i32(0), inBytes, 4, () => {
        parts.forEach((offset, p) => code.set(weights[p]!, load(lanes, row, offset)));
        for (const i of pixels) {
          code.set(pixel, v.loadSplat(add(from[i]!, at)));
          parts.forEach((_, p) => accumulate(code, sums[i]![p]!, pixel, weights[p]!));
        }
        code.set(row, add(row, 4 * width));
      });
    };

    code.loop(n, i32(0), images, 1, () => {
      code.set(packed, w);
      code.loop(channel, i32(0), outBytes, 4 * width, () => {
        code.set(k, add(y, select(less(channel, last), channel, last)));
        code.set(entry, table);
        code.set(out, outOffsets);
        code.loop(tile, i32(0), tiles, 1, () => {
          for (const sum of sums.flat()) code.set(sum, v.zero);
          code.loop(tap, tapOffsets, tapEnd, 4, oneTap);
          for (const i of pixels) {
            parts.forEach((offset, p) =>
              code.store(lanes, add(k, loadI32(out, 4 * i)), sums[i]![p]!, offset),
            );
          }
          code.set(out, add(out, 4 * tilePixels));
        });
        code.set(packed, add(packed, blockBytes));
      });
      code.set(x, add(x, xImage));
      code.set(y, add(y, yImage));
    });
  });
}

export const gathers: readonly Routine[] = [gather(8), gather(4), gather(1)];

/**
 * (x, xImage, dy, dyImage, images, pairs, ends, taps, sums, inBytes, outBytes):
 * sums[t, c, k] += Σ over images and the tap's pixel pairs of x[n, pair.x, c] · dy[n, pair.dy, k].
 *
 * - `pairs` holds byte offsets (x, dy) within an image, tap after tap; `ends` the address where each tap's pairs end.
 * - `sums` is tap after tap, tile after tile, `height` × `width` floats a tile; last tiles overlap the ones before.
 */
function outer(height: 4 | 1, width: 8 | 4 | 1): Routine {
  const lanes: Lanes = width === 1 ? 1 : 4;
  const parts = width === 8 ? [0, 16] : [0];
  return routine(`outer${height}x${width}`, addresses(11), (code) => {
    const [x, xImage, dy, dyImage, images, pairs, ends, taps] = code.addresses(8);
    const [sums, inBytes, outBytes] = code.addresses(3, 8);
    const [n, tap, tapEnd, begin, end, sum, c, k, xTile, dyTile, pair, xAt, dyAt] = code.counters(13);
    const lastC = code.local('i32', sub(inBytes, 4 * height));
    const lastK = code.local('i32', sub(outBytes, 4 * width));
    const gradient = parts.map(() => code.local('v128'));
    const pixel = code.local('v128');
    const cells = Array.from({ length: height }, (_, r) =>
      parts.map((part, p) => ({ r, p, total: code.local('v128'), offset: r * 4 * width + part })),
    );

    const oneTile = () => {
      for (const { total, offset } of cells.flat()) code.set(total, load(lanes, sum, offset));
      code.loop(pair, begin, end, 8, () => {
        code.set(xAt, add(xTile, loadI32(pair)));
        code.set(dyAt, add(dyTile, loadI32(pair, 4)));
        parts.forEach((offset, p) => code.set(gradient[p]!, load(lanes, dyAt, offset)));
        cells.forEach((row, r) => {
          code.set(pixel, v.loadSplat(xAt, 4 * r));
          for (const { total, p } of row) accumulate(code, total, pixel, gradient[p]!);
        });
      });
      for (const { total, offset } of cells.flat()) code.store(lanes, sum, total, offset);
      code.set(sum, add(sum, 4 * height * width));
    };

    code.set(tapEnd, add(ends, mul(taps, 4)));
    code.loop(n, i32(0), images, 1, () => {
      code.set(sum, sums);
      code.set(end, pairs);
      code.loop(tap, ends, tapEnd, 4, () => {
        code.set(begin, end);
        code.set(end, loadI32(tap));
        code.loop(c, i32(0), inBytes, 4 * height, () => {
          code.set(xTile, add(x, select(less(c, lastC), c, lastC)));
          code.loop(k, i32(0), outBytes, 4 * width, () => {
            code.set(dyTile, add(dy, select(less(k, lastK), k, lastK)));
            oneTile();
          });
        });
      });
      code.set(x, add(x, xImage));
      code.set(dy, add(dy, dyImage));
    });
  });
}

export const outers: readonly Routine[] = ([4, 1] as const).flatMap((height) =>
  ([8, 4, 1] as const).map((width) => outer(height, width)),
);
