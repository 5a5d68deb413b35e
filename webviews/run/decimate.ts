// A line of a million points has a few hundred pixels to be drawn on: keep what each pixel would show.
import type { Series } from './metrics';

/**
 * First, lowest, highest and last point of each of `columns` equal slices of x, so that no peak is lost.
 * A series that is short enough is returned as it is.
 */
export function decimate(series: Series, columns: number): Series {
  const { xs, ys } = series;
  if (xs.length <= columns * 4 || columns < 1) return series;
  const start = xs[0]!;
  const width = (xs.at(-1)! - start) / columns || 1;
  const [outX, outY]: [number[], number[]] = [[], []];
  let from = 0;
  while (from < xs.length) {
    const column = Math.min(columns - 1, Math.floor((xs[from]! - start) / width));
    let [to, low, high] = [from, from, from];
    while (to < xs.length && Math.min(columns - 1, Math.floor((xs[to]! - start) / width)) === column) {
      if (ys[to]! < ys[low]!) low = to;
      if (ys[to]! > ys[high]!) high = to;
      to++;
    }
    for (const at of [...new Set([from, low, high, to - 1])].sort((a, b) => a - b)) {
      outX.push(xs[at]!);
      outY.push(ys[at]!);
    }
    from = to;
  }
  return { xs: outX, ys: outY };
}
