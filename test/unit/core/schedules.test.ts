// When masks change, and how far each schedule is at a step.
import { describe, expect, it } from 'vitest';
import { cosineDecay } from '../../../core/sparsity/schedules/cosine-decay';
import { ramps } from '../../../core/sparsity/schedules/table';

const options = { begin: 100, end: 200, every: 30 };
const of = (id: string) => ramps.get(id)!.make(options);
const steps = [...Array(300).keys()];

describe('ramps', () => {
  it.each([
    ['cubic', [100, 130, 160, 190, 200], 0.7875],
    ['linear', [100, 130, 160, 190, 200], 0.45],
    ['one-shot', [100], 0.9],
  ])('%s', (id, maskSteps, half) => {
    const schedule = of(id);
    expect(steps.filter((step) => schedule.isMaskStep(step))).toEqual(maskSteps);
    expect(schedule.sparsityAt(150, 0.9)).toBeCloseTo(half, 12);
    expect(schedule.sparsityAt(200, 0.9)).toBe(0.9);
    expect(schedule.sparsityAt(299, 0.9)).toBe(0.9);
    expect(schedule.phase(99)).toBe('dense');
    expect(schedule.phase(200)).toBe('heal');
    expect(schedule.phase(150)).toBe(id === 'one-shot' ? 'heal' : 'ramp');
  });

  it('never fall', () => {
    for (const { make } of ramps.values()) {
      const values = steps.slice(100).map((step) => make(options).sparsityAt(step, 0.8));
      expect(values).toEqual([...values].sort((a, b) => a - b));
    }
  });
});

describe('the share that is exchanged', () => {
  it('falls along half a cosine from α to 0', () => {
    const share = cosineDecay(0.3, 800);
    expect([0, 400, 800, 900].map(share)).toEqual([0.3, expect.closeTo(0.15, 12), 0, 0]);
  });
});
