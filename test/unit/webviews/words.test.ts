// The words and numbers of the views: steady widths, and no claim that was not measured.
import { describe, expect, it } from 'vitest';
import type { Comparison } from '../../../core/runs/latency-report';
import { outcome, shapeText } from '../../../webviews/latency/outcome';
import { canResume, notice, subtitle } from '../../../webviews/run/words';
import * as format from '../../../webviews/ui/format';
import { runRecord } from '../../process/webviews/runs';

describe('numbers', () => {
  it('have real minus signs and as many digits as they mean', () => {
    expect([0.5, -0.494, 1].map(format.percent)).toEqual(['50.0 %', '−49.4 %', '100.0 %']);
    expect([0.00974, 1.234, 123.4, 0].map(format.milliseconds)).toEqual([
      '0.00974 ms',
      '1.23 ms',
      '123 ms',
      '0 ms',
    ]);
    expect([0.03, -1.5, 2e-5, 0].map(format.weightText)).toEqual(['0.0300', '−1.5000', '2.00e−5', '0']);
    expect([Number.NaN, -Infinity].map(format.weightText)).toEqual(['not a number', '−infinite']);
    expect(format.points(0.9815, 0.9795)).toBe('−0.20');
    expect(format.points(0.98, 0.98)).toBe('±0.00');
    expect(format.commonDecimals([0.126, 0.0175, 0.0097])).toBe(4);
    expect(format.dateTime('yesterday')).toBe('yesterday');
  });
});

describe('what a comparison may claim', () => {
  const comparison = (low: number, median: number, high: number, engages = true): Comparison => {
    const spread = { median: 1, low: 0.9, high: 1.1 };
    const verdict = {
      engages,
      reason: engages ? 'a smaller dense shape' : 'ONNX Runtime runs 2:4 with its dense kernel',
    };
    return { dense: spread, sparse: spread, speedup: { median, low, high }, verdict };
  };

  it('is a speed-up only where the whole interval is above 1 and the target engages', () => {
    expect(outcome(comparison(1.2, 1.5, 1.7))).toEqual({ kind: 'faster', headline: '1.50× (1.20 – 1.70)' });
    expect(outcome(comparison(0.98, 1.1, 1.2))).toMatchObject({
      kind: 'unclear',
      reason: 'the interval 0.98 – 1.20 of dense / sparse includes 1',
    });
    expect(outcome(comparison(0.6, 0.7, 0.8))).toMatchObject({ kind: 'slower' });
    expect(outcome(comparison(1.2, 1.5, 1.7, false))).toEqual({
      kind: 'none',
      headline: 'no speed-up',
      reason: 'ONNX Runtime runs 2:4 with its dense kernel',
    });
  });

  it('names shapes once where they did not change', () => {
    expect(shapeText('linear', [10, 64], [10, 64])).toBe('linear · 10 × 64');
    expect(shapeText('linear', [10, 64], [10, 40])).toBe('linear · 10 × 64 → 10 × 40');
  });
});

describe('a run in words', () => {
  it('says the method only where the title does not', () => {
    const record = runRecord();
    expect(subtitle(record, 'convnet · 2:4 magnitude')).toMatch(
      /^WASM \(embedded CPU\) · built-in digits, 8,000 to train/,
    );
    expect(subtitle(record, 'convnet')).toMatch(/^2:4 magnitude · WASM/);
  });

  it('says what happened to a run that does not go on', () => {
    expect(notice(runRecord({ status: 'interrupted' }))).toContain(
      'Resume continues from its last checkpoint',
    );
    expect(notice(runRecord({ status: 'failed', error: 'the disk is full' }))).toBe('the disk is full');
    expect(notice(runRecord({ status: 'finished' }))).toBeUndefined();
    expect((['running', 'stopped', 'finished', 'failed', 'interrupted'] as const).map(canResume)).toEqual([
      false,
      true,
      false,
      true,
      true,
    ]);
  });
});
