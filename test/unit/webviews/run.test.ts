// What the run view computes: points that come, go back and are thinned; ranges; words.
import { describe, expect, it } from 'vitest';
import type { MetricPoint } from '../../../core/runs/run-record';
import { decimate } from '../../../webviews/run/decimate';
import { Feed } from '../../../webviews/run/feed';
import { Metrics, nearestIndex } from '../../../webviews/run/metrics';
import { accuracyRange, fromZero, logRange } from '../../../webviews/run/ranges';

const point = (step: number, more: Partial<MetricPoint> = {}): MetricPoint => ({
  step,
  phase: 'dense',
  loss: 1 / step,
  density: 1,
  seconds: step,
  ...more,
});

describe('metrics', () => {
  it('drop what a resumed run repeats', () => {
    const metrics = new Metrics();
    metrics.append([point(1), point(2), point(3), point(4)]);
    metrics.append([point(3, { loss: 9 }), point(4, { loss: 8 })]);
    expect(metrics.series('loss')).toEqual({ xs: [1, 2, 3, 4], ys: [1, 0.5, 9, 8] });
  });

  it('hold a field only where it was measured', () => {
    const metrics = new Metrics();
    metrics.append([point(1), point(2, { testAccuracy: 0.5 }), point(3, { testAccuracy: Number.NaN })]);
    expect(metrics.series('metric/accuracy')).toEqual({ xs: [2], ys: [0.5] });
    expect(metrics.valueAt('metric/accuracy', 1)).toBeUndefined();
    expect(metrics.valueAt('metric/accuracy', 99)).toBe(0.5);
  });

  it('tell the phases, each up to where the next begins', () => {
    const metrics = new Metrics();
    metrics.append([
      point(5),
      point(10, { phase: 'ramp' }),
      point(15, { phase: 'ramp' }),
      point(20, { phase: 'heal' }),
    ]);
    expect(metrics.phases()).toEqual([
      { phase: 'dense', from: 5, to: 10 },
      { phase: 'ramp', from: 10, to: 20 },
      { phase: 'heal', from: 20, to: 20 },
    ]);
  });

  it('find the nearest step', () => {
    const steps = [0, 10, 20];
    const nearest = (value: number) => nearestIndex(steps.length, (index) => steps[index]!, value);
    expect([-5, 0, 4, 6, 14, 16, 99].map(nearest)).toEqual([0, 0, 0, 1, 1, 2, 2]);
    expect(nearestIndex(0, () => 0, 1)).toBeUndefined();
  });
});

describe('the feed of metrics', () => {
  it('asks for new lines only, and once more for all calls that came meanwhile', async () => {
    const file = [point(1), point(2)];
    const asked: number[] = [];
    const metrics = new Metrics();
    let changes = 0;
    const pull = (from: number) => {
      asked.push(from);
      return Promise.resolve(file.slice(from));
    };
    const feed = new Feed(metrics, file.slice(0, 1), pull, () => changes++);
    const first = feed.pull();
    file.push(point(3));
    await Promise.all([first, feed.pull(), feed.pull()]);
    expect(asked).toEqual([1, 2]);
    expect(metrics.length).toBe(3);
    expect(changes).toBe(2);
  });

  it('tries again at the next call after a request that failed', async () => {
    const metrics = new Metrics();
    let fails = true;
    const feed = new Feed(
      metrics,
      [],
      () => (fails ? Promise.reject(new Error('the host is gone')) : Promise.resolve([point(1)])),
      () => undefined,
    );
    await feed.pull();
    fails = false;
    await feed.pull();
    expect(metrics.length).toBe(1);
  });

  it('reads a file anew that became shorter', async () => {
    const metrics = new Metrics();
    let file = [point(1), point(2), point(3)];
    const feed = new Feed(
      metrics,
      file,
      (from) => Promise.resolve(file.slice(from)),
      () => undefined,
    );
    file = [point(1), point(2, { loss: 7 })];
    await feed.restart();
    expect(metrics.series('loss').ys).toEqual([1, 7]);
  });
});

describe('decimation', () => {
  const noisy = {
    xs: Array.from({ length: 10_000 }, (_, i) => i),
    ys: Array.from(
      { length: 10_000 },
      (_, i) => Math.sin(i / 50) + (i === 5005 ? 40 : 0) - (i === 7007 ? 40 : 0),
    ),
  };

  it('keeps ends and extremes, in order', () => {
    const { xs, ys } = decimate(noisy, 200);
    expect([xs[0], xs.at(-1)]).toEqual([0, 9999]);
    expect(Math.max(...ys)).toBe(Math.max(...noisy.ys));
    expect(Math.min(...ys)).toBe(Math.min(...noisy.ys));
    expect(xs).toEqual([...xs].sort((a, b) => a - b));
    expect(new Set(xs).size).toBe(xs.length);
  });

  it('keeps four points a pixel at most', () => {
    expect(decimate(noisy, 200).xs.length).toBeLessThanOrEqual(800);
    expect(decimate(noisy, 200).xs.length).toBeGreaterThan(200);
  });

  it('leaves short series alone', () => {
    const short = { xs: [1, 2, 3], ys: [3, 1, 2] };
    expect(decimate(short, 100)).toBe(short);
  });
});

describe('ranges', () => {
  it('begin at zero for losses', () => {
    expect(fromZero([{ xs: [1, 2], ys: [2.1, 0.3] }])).toEqual([0, 2.5]);
    expect(fromZero([])).toEqual([0, 1]);
  });

  it('end at 100 % for accuracy and begin where most of the run was', () => {
    const ys = [0.1, 0.5, ...Array.from({ length: 98 }, () => 0.97)];
    expect(accuracyRange([{ xs: ys.map((_, i) => i), ys }])).toEqual([0.9, 1]);
    expect(accuracyRange([{ xs: [], ys: [] }])).toEqual([0, 1]);
  });

  it('leave zero out on a logarithmic axis', () => {
    expect(logRange([{ xs: [1, 2, 3], ys: [2.1, 0, 0.03] }])).toEqual([0.02, 5]);
    expect(logRange([{ xs: [1], ys: [0] }])).toEqual([0.1, 1]);
  });
});
