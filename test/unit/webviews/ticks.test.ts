// Axes have round marks, few enough to read.
import { describe, expect, it } from 'vitest';
import { logTicks, niceMax, ticks, tickText } from '../../../webviews/ui/ticks';

describe('ticks', () => {
  it('are multiples of 1, 2 or 5 within the range', () => {
    expect(ticks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticks(0, 2.3, 4)).toEqual([0, 1, 2]);
    expect(ticks(37, 62, 5)).toEqual([40, 45, 50, 55, 60]);
    expect(ticks(-1, 1, 4)).toEqual([-1, -0.5, 0, 0.5, 1]);
  });

  it('are never more than asked for by much, whatever the range', () => {
    for (const max of [1e-9, 0.003, 0.7, 13, 999, 1.2e12])
      for (const count of [1, 3, 7]) expect(ticks(0, max, count).length).toBeLessThanOrEqual(count + 1);
  });

  it('are whole numbers where steps are counted', () => {
    expect(ticks(0, 3, 10, true)).toEqual([0, 1, 2, 3]);
  });

  it('survive empty and infinite ranges', () => {
    expect(ticks(2, 2, 5)).toEqual([2]);
    expect(ticks(0, Number.POSITIVE_INFINITY, 5)).toEqual([0]);
    expect(ticks(Number.NaN, Number.NaN, 5)).toEqual([]);
  });

  it('are written with the decimals that tell them apart', () => {
    const write = (max: number) => ticks(0, max, 4).map((mark, _i, all) => tickText(mark, all));
    expect(write(0.1)).toEqual(['0.00', '0.05', '0.10']);
    expect(write(1000)).toEqual(['0', '500', '1000']);
  });

  it('of a logarithmic axis are powers of ten, or 1, 2, 5 where there is room', () => {
    expect(logTicks(0.001, 10, 4)).toEqual([0.001, 0.01, 0.1, 1, 10]);
    expect(logTicks(0.2, 5, 5)).toEqual([0.2, 0.5, 1, 2, 5]);
    expect(logTicks(0, 10, 4)).toEqual([]);
  });
});

describe('the end of an axis', () => {
  it('is the next round number above the data', () => {
    expect(niceMax(2.1)).toBe(2.5);
    expect(niceMax(0.0092)).toBeCloseTo(0.01);
    expect(niceMax(100)).toBe(100);
  });

  it('is 1 where there is no data', () => {
    for (const none of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) expect(niceMax(none)).toBe(1);
  });
});
