// What is told of runs by metric: language models by perplexity, detectors by mAP, classifiers as ever.
import { describe, expect, it } from 'vitest';
import { outcomeText, progressText } from '../../../cli/run-recipe';
import { expectedHeadline, headlineKey, headlineOf, outcomesOf } from '../../../core/runs/headline';
import { metricKeys, metricName, metricText, metricTitle } from '../../../core/runs/metric-words';
import type { DataSpec } from '../../../core/recipe/recipe';
import type { MetricPoint, RunRecord, RunResult } from '../../../core/runs/run-record';
import { isBetter } from '../../../training/runs/best';
import { Metrics } from '../../../webviews/run/metrics';

const result = (metrics?: RunResult['metrics']): RunResult => ({
  ...{ denseAccuracy: 0.5, accuracy: 0.4, sparsity: 0.5, seconds: 3 },
  ...{ params: { dense: 8, sparse: 4 }, flops: { dense: 8, sparse: 8 } },
  ...(metrics ? { metrics } : {}),
});
const language = {
  dense: { accuracy: 0.5, perplexity: 12.345 },
  sparse: { accuracy: 0.4, perplexity: 1234.5 },
};
const detector = { dense: { mAP50: 0.5, 'mAP50-95': 0.25 }, sparse: { mAP50: 0.4, 'mAP50-95': 0.2 } };
const point = (step: number, more: Partial<MetricPoint>): MetricPoint => ({
  ...{ step, phase: 'dense', density: 1, seconds: step },
  ...more,
});

describe('metrics in words', () => {
  it('come in one order, shares as percent and perplexity as a number', () => {
    expect(metricKeys({ calibrationError: 0, top5: 0, accuracy: 0, mine: 0 })).toEqual([
      ...['accuracy', 'top5', 'calibrationError', 'mine'],
    ]);
    expect(metricText('accuracy', 0.9789)).toBe('97.9 %');
    expect([metricText('perplexity', 12.345), metricText('perplexity', 123456)]).toEqual(['12.3', '123456']);
    expect(metricName('mine')).toBe('mine');
  });

  it('tell a run by the metric of its task, and one of 0.1.0 by its accuracy', () => {
    expect(headlineOf(result(language))).toEqual({ key: 'perplexity', dense: 12.345, sparse: 1234.5 });
    expect(headlineOf(result(detector))).toEqual({ key: 'mAP50-95', dense: 0.25, sparse: 0.2 });
    expect(outcomesOf(result())).toEqual([{ key: 'accuracy', dense: 0.5, sparse: 0.4 }]);
  });
});

describe('the command line', () => {
  it('tells every metric of a finished run', () => {
    const text = (metrics?: RunResult['metrics']) =>
      outcomeText({ status: 'finished', result: result(metrics), step: 1, totalSteps: 1 } as RunRecord);
    expect(text()).toMatch(/^accuracy 50\.0 % dense → 40\.0 % · 50\.0 % sparse/);
    expect(text(language)).toMatch(/^perplexity 12\.3 dense → 1235 · accuracy 50\.0 % dense → 40\.0 % ·/);
    expect(text(detector)).toMatch(/^mAP50-95 25\.0 % dense → 20\.0 % · mAP50 50\.0 % dense → 40\.0 % ·/);
  });

  it('shows what was tested in the line of progress', () => {
    const text = (more: Partial<MetricPoint>) =>
      progressText({
        folder: '',
        step: 1,
        totalSteps: 2,
        phase: 'dense',
        etaSeconds: 3,
        point: point(1, more),
      });
    expect(text({ testAccuracy: 0.9 })).toBe(
      'step 1/2 · dense · test accuracy 90.0 % · density 1.00 · 3 s left',
    );
    expect(text({ metrics: { mAP50: 0.5, 'mAP50-95': 0.3 } })).toContain('mAP50-95 30.0 % · mAP50 50.0 %');
    const tested = text({ testAccuracy: 0.9, metrics: { accuracy: 0.9, calibrationError: 0.1 } });
    expect(tested).toBe('step 1/2 · dense · test accuracy 90.0 % · density 1.00 · 3 s left');
  });
});

describe('the headline of a run', () => {
  it('is that of its task, whatever else was measured', () => {
    expect(headlineKey({ accuracy: 0.5, perplexity: 9 })).toBe('perplexity');
    expect(headlineKey({ mAP50: 0.5, 'mAP50-95': 0.2 })).toBe('mAP50-95');
    expect(headlineKey({ calibrationError: 0.1, top5: 0.9, accuracy: 0.5 })).toBe('accuracy');
    expect(headlineKey({ mAP50: 0.5 })).toBe('mAP50');
    expect(['perplexity', 'mAP50-95', 'accuracy'].map(metricTitle)).toEqual([
      ...['Perplexity', 'mAP50-95', 'Test accuracy'],
    ]);
  });

  it('is known from the data before anything was measured', () => {
    const of = (kind: string) => expectedHeadline({ data: { kind } as DataSpec });
    expect(['text', 'grammar', 'yolo', 'aerial', 'digits', 'npy', 'of tomorrow'].map(of)).toEqual([
      ...['perplexity', 'perplexity', 'mAP50-95', 'mAP50-95', 'accuracy', 'accuracy', 'accuracy'],
    ]);
  });

  it('decides which of two equally sparse checkpoints is kept: less perplexity, more accuracy', () => {
    const of = (metric: string, value: number, density = 0.5) => ({ step: 1, metric, value, density });
    expect(isBetter(of('perplexity', 9), of('perplexity', 10))).toBe(true);
    expect(isBetter(of('perplexity', 11), of('perplexity', 10))).toBe(false);
    expect(isBetter(of('accuracy', 0.6), of('accuracy', 0.5))).toBe(true);
    expect(isBetter(of('accuracy', 0.4), of('accuracy', 0.5))).toBe(false);
    expect(isBetter(of('perplexity', NaN), of('perplexity', 10))).toBe(false);
    // Sparser comes first, also where an older Espalier kept the best by another metric.
    expect(isBetter(of('perplexity', 99, 0.25), of('perplexity', 10))).toBe(true);
    expect(isBetter(of('perplexity', 9), of('accuracy', 0.5))).toBe(true);
    expect(isBetter(of('perplexity', 9), of('accuracy', 0.5, 0.25))).toBe(false);
  });
});

describe('the points of a run', () => {
  it('have the headline of their task', () => {
    const told = (metrics: Metrics) => [metrics.headline, metrics.headlineValue];
    const detector = new Metrics('mAP50-95');
    expect(told(detector)).toEqual(['mAP50-95', undefined]);
    detector.append([point(1, { loss: 3 }), point(2, { metrics: { mAP50: 0.2, 'mAP50-95': 0.1 } })]);
    detector.append([point(3, { loss: 2 }), point(4, { metrics: { mAP50: 0.4, 'mAP50-95': 0.2 } })]);
    expect(told(detector)).toEqual(['mAP50-95', 0.2]);
    expect(detector.series('metric/mAP50-95')).toEqual({ xs: [2, 4], ys: [0.1, 0.2] });
    const text = new Metrics('perplexity');
    text.append([point(1, { testAccuracy: 0.3, metrics: { perplexity: 9, accuracy: 0.3 } })]);
    expect(told(text)).toEqual(['perplexity', 9]);
  });

  it('of 0.1.0 have their accuracy', () => {
    const old = new Metrics();
    old.append([point(1, { testAccuracy: 0.7 })]);
    expect([old.headline, old.headlineValue]).toEqual(['accuracy', 0.7]);
    expect(old.series('metric/accuracy')).toEqual({ xs: [1], ys: [0.7] });
  });
});
