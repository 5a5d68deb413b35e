// The inner loop of max pooling's gradient, over a table of each window's pixels.
import { add, addresses, i32, load, loadI32, mul, type Routine, routine, v } from './assembler';
import { eachBlock } from './channelwise';

/**
 * (x, dx, image, dy, dyImage, images, table, windows, taps, rowBytes): dx gets dy where the window's maximum is; of equal
 * ones the first. `table` holds per window and tap the byte offset of a pixel within its image; dy follows the windows.
 */
export const maxPoolGrad: Routine = routine('maxPoolGrad', addresses(10), (code) => {
  const [x, dx, image, dy, dyImage, images, table, windows, taps, rowBytes] = code.addresses(10);
  const [n, xAt, dxAt, dyImageAt, dyAt, begin, end, entry, tableEnd, pixel] = code.counters(10);
  const tapBytes = code.local('i32', mul(taps, 4));
  code.set(tableEnd, add(table, mul(windows, tapBytes)));
  eachBlock(code, rowBytes, (at, slots) => {
    const best = slots.map(() => code.local('v128'));
    const taken = slots.map(() => code.local('v128'));
    const hit = code.local('v128');
    code.set(xAt, add(x, at));
    code.set(dxAt, add(dx, at));
    code.set(dyImageAt, add(dy, at));
    code.loop(n, i32(0), images, 1, () => {
      code.set(dyAt, dyImageAt);
      code.loop(begin, table, tableEnd, tapBytes, () => {
        code.set(end, add(begin, tapBytes));
        code.set(pixel, add(xAt, loadI32(begin)));
        slots.forEach(({ lanes, offset }, s) => {
          code.set(best[s]!, load(lanes, pixel, offset));
          code.set(taken[s]!, v.zero);
        });
        code.loop(entry, begin, end, 4, () => {
          code.set(pixel, add(xAt, loadI32(entry)));
          slots.forEach(({ lanes, offset }, s) =>
            code.set(best[s]!, v.max(best[s]!, load(lanes, pixel, offset))),
          );
        });
        code.loop(entry, begin, end, 4, () => {
          code.set(pixel, loadI32(entry));
          slots.forEach(({ lanes, offset }, s) => {
            const value = load(lanes, add(xAt, pixel), offset);
            code.set(hit, v.andNot(v.equal(value, best[s]!), taken[s]!));
            code.set(taken[s]!, v.or(taken[s]!, hit));
            const to = add(dxAt, pixel);
            const share = v.and(load(lanes, dyAt, offset), hit);
            code.store(lanes, to, v.add(load(lanes, to, offset), share), offset);
          });
        });
        code.set(dyAt, add(dyAt, rowBytes));
      });
      code.set(xAt, add(xAt, image));
      code.set(dxAt, add(dxAt, image));
      code.set(dyImageAt, add(dyImageAt, dyImage));
    });
  });
});
