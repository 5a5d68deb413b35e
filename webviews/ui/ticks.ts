// Where an axis has its marks: round numbers, few enough to read.

/** Multiples of 1, 2 or 5 × 10ⁿ within [min, max], about `count` of them; whole numbers only where `whole`. */
export function ticks(min: number, max: number, count: number, whole = false): number[] {
  if (!(max > min) || !Number.isFinite(max - min)) return Number.isFinite(min) ? [min] : [];
  const step = tickStep((max - min) / Math.max(1, count), whole);
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  // Multiplied, not summed: 0.1 + 0.2 is no tick.
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Powers of ten within [min, max], with 2 and 5 between them where that leaves fewer than `count`. */
export function logTicks(min: number, max: number, count: number): number[] {
  if (!(min > 0) || !(max > min)) return [];
  const [first, last] = [Math.floor(Math.log10(min)), Math.ceil(Math.log10(max))];
  const within = (factors: readonly number[]) =>
    Array.from({ length: last - first + 1 }, (_, i) =>
      factors.map((factor) => Number(`${factor}e${first + i}`)),
    )
      .flat()
      .filter((value) => value >= min * (1 - 1e-9) && value <= max * (1 + 1e-9));
  const tens = within([1]);
  const more = within([1, 2, 5]);
  return tens.length >= 2 && more.length > count * 1.5 ? tens : more;
}

/** The round step that is nearest to `rough` from above. */
function tickStep(rough: number, whole: boolean): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10]
    .map((factor) => factor * power)
    .find((candidate) => candidate >= rough * (1 - 1e-9))!;
  return whole ? Math.max(1, Math.round(step)) : step;
}

/** As many decimals as neighbouring ticks need to differ. */
export function tickText(value: number, marks: readonly number[]): string {
  const step = marks.length > 1 ? marks[1]! - marks[0]! : value || 1;
  const decimals = Math.min(6, Math.max(0, Math.ceil(-Math.log10(Math.abs(step)) - 1e-9)));
  return value.toFixed(decimals);
}

/** An upper end for an axis that begins at 0: the next round number above the data. */
export function niceMax(max: number): number {
  if (!(max > 0) || !Number.isFinite(max)) return 1;
  return Math.ceil(max / tickStep(max / 5, false) - 1e-9) * tickStep(max / 5, false);
}
