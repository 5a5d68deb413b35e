// Measuring: interleaved, warm, within a budget; and comparisons that claim nothing the rounds do not agree on.
import { describe, expect, it } from 'vitest';
import { compare } from '../../../native/latency/compare';
import { measure, type MeasureOptions } from '../../../native/latency/measure';
import { quantile, quartiles, spread } from '../../../native/latency/statistics';

/** A machine whose clock moves only when something runs on it. */
class Machine {
  time = 0;
  readonly calls: string[] = [];
  readonly now = () => this.time;
  takes = (name: string, ms: (call: number) => number) => {
    let call = 0;
    return () => {
      this.calls.push(name);
      this.time += ms(call++);
    };
  };
}

const engages = { engages: true, reason: 'a smaller dense shape' };

async function race(
  dense: (call: number) => number,
  sparse: (call: number) => number,
  options: MeasureOptions = {},
) {
  const machine = new Machine();
  const samples = await measure(machine.takes('dense', dense), machine.takes('sparse', sparse), {
    budgetMs: 1000,
    now: machine.now,
    ...options,
  });
  return { machine, samples, comparison: compare(samples, engages) };
}

/** Deterministic noise, 0 … 1. */
const noise = (call: number, salt: number) => (Math.sin(call * 12.9898 + salt * 78.233) * 43758.5453) % 1;

describe('measuring', () => {
  it('sees a function that is twice as slow as twice as slow', async () => {
    const { comparison } = await race(
      () => 20,
      () => 10,
    );
    expect(comparison.dense.median).toBe(20);
    expect(comparison.sparse.median).toBe(10);
    expect(comparison.speedup).toEqual({ median: 2, low: 2, high: 2 });
    expect(comparison.verdict.engages).toBe(true);
    expect(comparison.verdict.reason).toContain('2.00× faster');
  });

  // The one test on the real clock: a machine that does other things meanwhile gets another chance.
  it('sees the same with real work on the real clock', { retry: 5 }, async () => {
    let sink = 0;
    const work = (n: number) => () => {
      for (let i = 0; i < n; i++) sink += Math.sqrt(i);
    };
    const { speedup } = compare(await measure(work(400_000), work(200_000), { budgetMs: 400 }), engages);
    expect(sink).toBeGreaterThan(0);
    expect(speedup.median).toBeGreaterThan(1.6);
    expect(speedup.median).toBeLessThan(2.5);
  });

  it('waits for runs that finish later', async () => {
    const machine = new Machine();
    const later = (ms: number) => async () => {
      await new Promise((resolve) => setImmediate(resolve));
      machine.time += ms;
    };
    const samples = await measure(later(30), later(10), { budgetMs: 500, now: machine.now });
    expect(compare(samples, engages).speedup.median).toBe(3);
  });

  it('is not fooled by a machine that slows down halfway', async () => {
    const throttled = (ms: number) => (call: number) => (call < 15 ? ms : 3 * ms);
    const { comparison } = await race(throttled(20), throttled(10));
    expect(comparison.speedup).toEqual({ median: 2, low: 2, high: 2 });
    expect(comparison.dense.high).toBe(60);
  });

  it('runs both equally often, each first in every other round, after warming up', async () => {
    const { machine, samples } = await race(
      () => 20,
      () => 20,
    );
    expect(samples.dense).toHaveLength(samples.sparse.length);
    const timed = machine.calls.slice(-2 * samples.dense.length);
    expect(machine.calls.length).toBeGreaterThanOrEqual(timed.length + 6);
    expect(timed.slice(0, 8)).toEqual([
      ...['dense', 'sparse', 'sparse', 'dense'],
      ...['dense', 'sparse', 'sparse', 'dense'],
    ]);
  });

  it('leaves the cold first run out', async () => {
    const { comparison } = await race(
      (call) => (call === 0 ? 500 : 10),
      () => 10,
    );
    expect(comparison.dense.high).toBe(10);
  });

  it('stays within its budget, but takes enough rounds of slow models all the same', async () => {
    const { machine, samples } = await race(
      () => 10,
      () => 10,
    );
    expect(machine.time).toBeLessThan(1050);
    expect(samples.dense.length).toBeGreaterThan(30);
    const slow = await race(
      () => 5000,
      () => 5000,
    );
    expect(slow.samples.dense).toHaveLength(11);
  });

  it('repeats what is too short for the clock and reports the time of one run', async () => {
    const { machine, comparison, samples } = await race(
      () => 0.02,
      () => 0.01,
    );
    expect(machine.calls.length).toBeGreaterThan(samples.dense.length * 9);
    expect(comparison.dense.median).toBeCloseTo(0.02, 6);
    expect(comparison.speedup.median).toBeCloseTo(2, 3);
  });

  it('tells how far it is, forwards only, and ends at 1', async () => {
    const seen: number[] = [];
    await race(
      () => 20,
      () => 10,
      { onProgress: (done) => seen.push(done) },
    );
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
    expect(seen[0]).toBeLessThan(0.5);
  });

  it('stops between rounds when cancelled', async () => {
    const controller = new AbortController();
    let calls = 0;
    const run = () => {
      if (++calls === 20) controller.abort();
    };
    const measuring = measure(run, run, { budgetMs: 60_000, minRounds: 1e9, signal: controller.signal });
    await expect(measuring).rejects.toThrow('the benchmark was cancelled');
    expect(calls).toBeLessThan(5000);
  });

  it('lets the error of a run through', async () => {
    const fails = () => Promise.reject(new Error('the device was lost'));
    await expect(measure(fails, () => undefined)).rejects.toThrow('the device was lost');
  });
});

describe('a comparison', () => {
  it('claims no speed-up when the interval includes 1, and says so', async () => {
    const { comparison } = await race(
      (call) => 10.2 + noise(call, 1) * 3,
      (call) => 10 + noise(call, 2) * 3,
    );
    expect(comparison.speedup.low).toBeLessThan(1);
    expect(comparison.speedup.high).toBeGreaterThan(1);
    expect(comparison.verdict.engages).toBe(false);
    expect(comparison.verdict.reason).toMatch(/^no speed-up: .*may be no change at all$/);
  });

  it('keeps its verdict when a few rounds were disturbed', async () => {
    const { comparison } = await race(
      () => 20,
      (call) => (call % 17 === 0 ? 400 : 10),
    );
    expect(comparison.verdict.engages).toBe(true);
    expect(comparison.sparse.median).toBe(10);
  });

  it('says slower when it is slower', async () => {
    const { comparison } = await race(
      () => 10,
      () => 20,
    );
    expect(comparison.verdict).toMatchObject({ engages: false });
    expect(comparison.verdict.reason).toContain('slower: 0.50×');
  });

  it('says of a layer that is lost in the cost of a call that it is too short to tell', async () => {
    const { samples } = await race(
      (call) => 0.011 + noise(call, 1) / 100,
      (call) => 0.01 + noise(call, 2) / 100,
    );
    expect(compare(samples, engages, 0.01).verdict.reason).toContain('too short to tell');
    expect(compare(samples, engages, 0.001).verdict.reason).toContain('no speed-up');
  });

  it('claims nothing where the engine has no kernel for the pattern, whatever the clock says', async () => {
    const { samples } = await race(
      () => 20,
      () => 10,
    );
    const none = { engages: false, reason: 'dense kernel' };
    expect(compare(samples, none).verdict).toEqual(none);
  });
});

describe('statistics', () => {
  it('interpolate between order statistics', () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(spread([5, 1, 3, 2, 4, 6, 7, 8, 9, 10, 0])).toEqual({ median: 5, low: 1, high: 9 });
    expect(spread([4])).toEqual({ median: 4, low: 4, high: 4 });
    expect(() => spread([])).toThrow('nothing was measured');
    expect(quartiles([5, 1, 3, 2, 4])).toEqual({ median: 3, lower: 2, upper: 4 });
    expect(() => quartiles([])).toThrow('nothing was measured');
  });
});
