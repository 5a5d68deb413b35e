// Which values a chart's axis spans.
import { niceMax } from '../ui/ticks';
import type { Series } from './metrics';

export type Range = readonly [low: number, high: number];

/** From zero to a round number above the largest value: lengths can be compared. */
export function fromZero(series: readonly Series[]): Range {
  let max = 0;
  for (const { ys } of series) for (const y of ys) if (y > max) max = y;
  return [0, niceMax(max)];
}

/** Up to 100 %, and down to where most of the run was: the first steps are near chance and would flatten the rest. */
export function accuracyRange(series: readonly Series[]): Range {
  const values = series.flatMap(({ ys }) => ys).sort((a, b) => a - b);
  if (values.length === 0) return [0, 1];
  const usual = values[Math.floor(values.length * 0.08)]!;
  return [Math.min(0.9, Math.max(0, Math.floor(usual * 10 - 1e-9) / 10)), 1];
}

export const wholeRange = (): Range => [0, 1];

/** For a logarithmic axis: the positive values, out to the nearest 1, 2 or 5 × 10ⁿ on both sides. */
export function logRange(series: readonly Series[]): Range {
  const values = series.flatMap(({ ys }) => ys).filter((y) => y > 0);
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const y of values) [low, high] = [Math.min(low, y), Math.max(high, y)];
  if (high === 0) return [0.1, 1];
  const round = (value: number, up: boolean) => {
    const power = 10 ** Math.floor(Math.log10(value));
    const steps = [1, 2, 5, 10].map((factor) => factor * power);
    return (up ? steps.find((step) => step >= value) : steps.findLast((step) => step <= value)) ?? value;
  };
  const [from, to] = [round(low, false), round(high, true)];
  return from === to ? [from / 2, to * 2] : [from, to];
}

/** From zero where all values are on one side of it, to round numbers around them. */
export function around(series: readonly Series[]): Range {
  let [low, high] = [0, 0];
  for (const { ys } of series) for (const y of ys) [low, high] = [Math.min(low, y), Math.max(high, y)];
  return [low < 0 ? -niceMax(-low) : 0, high > 0 || low === 0 ? niceMax(high) : 0];
}
