// Metrics on cases small enough to be counted by hand.
import { describe, expect, it } from 'vitest';
import {
  averagePrecision,
  type Judged,
  meanAveragePrecision,
} from '../../../training/metrics/average-precision';
import { type Box, iou, suppress } from '../../../training/metrics/boxes';
import { Calibration } from '../../../training/metrics/calibration';

const square = (x: number, y = 0, side = 10): Box => [x, y, x + side, y + side];
const found = (box: Box, score: number, label = 0) => ({ box, score, label });
const truth = (box: Box, label = 0) => ({ box, label });

describe('overlap of boxes', () => {
  it('is shared area over area of both', () => {
    expect(iou(square(0), square(0))).toBe(1);
    expect(iou(square(0), square(5))).toBeCloseTo(50 / 150, 12);
    expect(iou(square(0), square(10))).toBe(0);
    expect(iou(square(0), [3, 3, 3, 8])).toBe(0);
    expect(iou([5, 5, 2, 2], square(0))).toBe(0);
  });

  it('lets the best of a class stay, and others of another class', () => {
    const all = [
      found(square(1), 0.8),
      found(square(0), 0.9),
      found(square(0), 0.7, 1),
      found(square(30), 0.1),
    ];
    expect(suppress(all, 0.5, 10).map(({ score }) => score)).toEqual([0.9, 0.7, 0.1]);
    expect(suppress(all, 0.5, 2).map(({ score }) => score)).toEqual([0.9, 0.7]);
    expect(suppress([], 0.5, 2)).toEqual([]);
  });
});

describe('average precision', () => {
  const perfect: Judged = { found: [found(square(0), 0.9)], truth: [truth(square(0))] };

  it('is 1 when all is found and nothing else, 0 when nothing is', () => {
    expect(meanAveragePrecision([perfect])).toEqual({ mAP50: 1, mAP50_95: 1 });
    expect(meanAveragePrecision([{ found: [], truth: perfect.truth }])).toEqual({ mAP50: 0, mAP50_95: 0 });
    expect(meanAveragePrecision([{ found: perfect.found, truth: [] }])).toEqual({ mAP50: 0, mAP50_95: 0 });
  });

  it('counts precision at 101 recalls: a false one first, one right, one missed', () => {
    const image = {
      found: [found(square(50), 0.9), found(square(0), 0.8)],
      truth: [truth(square(0)), truth(square(100))],
    };
    // Recall 0.5 at precision 1/2, for recalls 0 … 0.5: 51 of 101.
    expect(averagePrecision([image], 0, 0.5)).toBeCloseTo((51 * 0.5) / 101, 12);
  });

  it('takes what is found twice as right once', () => {
    const image = { found: [found(square(0), 0.9), found(square(0), 0.8)], truth: [truth(square(0))] };
    expect(averagePrecision([image], 0, 0.5)).toBe(1);
    const late = { ...image, truth: [truth(square(0)), truth(square(40))] };
    const third = { ...late, found: [...late.found, found(square(40), 0.7)] };
    // Right, wrong, right: precision 1 up to recall 0.5, then 2/3.
    expect(averagePrecision([third], 0, 0.5)).toBeCloseTo((51 + (50 * 2) / 3) / 101, 12);
  });

  it('asks for more overlap step by step', () => {
    // Overlap 2/3: right at 0.5, 0.55, 0.6 and 0.65.
    const image = { found: [found([0, 0, 10, 15], 0.9)], truth: [truth([0, 0, 10, 10])] };
    expect(meanAveragePrecision([image])).toEqual({ mAP50: 1, mAP50_95: 0.4 });
  });

  it('is the mean over classes that there are', () => {
    const image = {
      found: [found(square(0), 0.9, 0), found(square(0), 0.9, 7)],
      truth: [truth(square(0), 0), truth(square(40), 3)],
    };
    expect(meanAveragePrecision([image]).mAP50).toBe(0.5);
  });
});

describe('calibration', () => {
  it('is the mean gap between what is said and what is so', () => {
    const calibration = new Calibration();
    expect(calibration.error).toBe(0);
    // Says 0.95 four times, right three times; says 0.5 twice, right once.
    for (const isRight of [true, true, true, false]) calibration.add(0.95, isRight);
    for (const isRight of [true, false]) calibration.add(0.5, isRight);
    expect(calibration.error).toBeCloseTo((4 * 0.2 + 2 * 0) / 6, 12);
  });
});
