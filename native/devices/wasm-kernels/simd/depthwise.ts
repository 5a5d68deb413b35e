// The inner loops of a depthwise convolution's gradients, over the same tables of pixel pairs as the plain ones.
import { add, addresses, i32, load, loadI32, mul, type Routine, routine, v } from './assembler';
import { eachBlock } from './channelwise';

/**
 * (x, xImage, dy, dyImage, images, pairs, ends, taps, dW, rowBytes):
 * dW[t, c] += Σ over images and the tap's pairs of x[n, pair.x, c] · dy[n, pair.dy, c].
 */
export const depthwiseFilter: Routine = routine('depthwiseFilter', addresses(10), (code) => {
  const [x, xImage, dy, dyImage, images, pairs, ends, taps, filter, rowBytes] = code.addresses(10);
  const [n, tap, tapEnd, begin, end, row, pair, xAt, dyAt, image, gradient] = code.counters(11);
  code.set(tapEnd, add(ends, mul(taps, 4)));
  eachBlock(code, rowBytes, (at, slots) => {
    const sums = slots.map(() => code.local('v128'));
    code.set(end, pairs);
    code.set(row, add(filter, at));
    code.loop(tap, ends, tapEnd, 4, () => {
      code.set(begin, end);
      code.set(end, loadI32(tap));
      code.set(image, add(x, at));
      code.set(gradient, add(dy, at));
      code.loop(n, i32(0), images, 1, () => {
        slots.forEach(({ lanes, offset }, s) => code.set(sums[s]!, load(lanes, row, offset)));
        code.loop(pair, begin, end, 8, () => {
          code.set(xAt, add(image, loadI32(pair)));
          code.set(dyAt, add(gradient, loadI32(pair, 4)));
          slots.forEach(({ lanes, offset }, s) => {
            const product = v.mul(load(lanes, xAt, offset), load(lanes, dyAt, offset));
            code.set(sums[s]!, v.add(sums[s]!, product));
          });
        });
        slots.forEach(({ lanes, offset }, s) => code.store(lanes, row, sums[s]!, offset));
        code.set(image, add(image, xImage));
        code.set(gradient, add(gradient, dyImage));
      });
      code.set(row, add(row, rowBytes));
    });
  });
});

/**
 * (dx, dxImage, dy, dyImage, images, pairs, ends, taps, w, rowBytes):
 * dx[n, pair.x, c] += dy[n, pair.dy, c] · w[t, c] for every pair of every tap.
 */
export const depthwiseInput: Routine = routine('depthwiseInput', addresses(10), (code) => {
  const [dx, dxImage, dy, dyImage, images, pairs, ends, taps, filter, rowBytes] = code.addresses(10);
  const [n, tap, tapEnd, begin, end, row, pair, dxAt, dyAt, image, gradient] = code.counters(11);
  code.set(tapEnd, add(ends, mul(taps, 4)));
  eachBlock(code, rowBytes, (at, slots) => {
    const weights = slots.map(() => code.local('v128'));
    code.set(image, add(dx, at));
    code.set(gradient, add(dy, at));
    code.loop(n, i32(0), images, 1, () => {
      code.set(end, pairs);
      code.set(row, add(filter, at));
      code.loop(tap, ends, tapEnd, 4, () => {
        code.set(begin, end);
        code.set(end, loadI32(tap));
        slots.forEach(({ lanes, offset }, s) => code.set(weights[s]!, load(lanes, row, offset)));
        code.loop(pair, begin, end, 8, () => {
          code.set(dxAt, add(image, loadI32(pair)));
          code.set(dyAt, add(gradient, loadI32(pair, 4)));
          slots.forEach(({ lanes, offset }, s) => {
            const product = v.mul(load(lanes, dyAt, offset), weights[s]!);
            code.store(lanes, dxAt, v.add(load(lanes, dxAt, offset), product), offset);
          });
        });
        code.set(row, add(row, rowBytes));
      });
      code.set(image, add(image, dxImage));
      code.set(gradient, add(gradient, dyImage));
    });
  });
});
