// How processes restart, crash and explain themselves.
import { describe, expect, it } from 'vitest';
import { coalesce } from '../../../extension/processes/coalesce';
import { crashPolicy } from '../../../extension/processes/crash-policy';
import { explainExit } from '../../../extension/processes/explain-exit';
import { within } from '../../../extension/processes/within';

describe('coalesce', () => {
  it('merges a burst into one run and one more', async () => {
    const gates: (() => void)[] = [];
    let runs = 0;
    const restart = coalesce(() => {
      runs++;
      return new Promise<void>((resolve) => gates.push(resolve));
    });
    const first = restart();
    const burst = [restart(), restart(), restart()];
    expect(runs).toBe(1);
    gates[0]!();
    await first;
    await tick();
    expect(runs).toBe(2);
    gates[1]!();
    await Promise.all(burst);
    expect(runs).toBe(2);
  });

  it('never runs twice at once, even for a call between two runs', async () => {
    let active = 0;
    let most = 0;
    const restart = coalesce(async () => {
      most = Math.max(most, ++active);
      await tick();
      active--;
    });
    const first = restart();
    const second = restart();
    void first.then(() => restart());
    await Promise.all([first, second]);
    await restart();
    expect(most).toBe(1);
  });

  it('goes on after a failure, which only its own caller hears of', async () => {
    let fail = true;
    const restart = coalesce(() => (fail ? Promise.reject(new Error('first')) : Promise.resolve()));
    const first = restart();
    const second = restart();
    fail = false;
    await expect(first).rejects.toThrow('first');
    await expect(second).resolves.toBeUndefined();
  });
});

describe('the crash policy', () => {
  it('allows so many crashes within the time, and forgets old ones', () => {
    const policy = crashPolicy(2, 1);
    expect(policy.mayRestart(0)).toBe(true);
    expect(policy.mayRestart(1000)).toBe(true);
    expect(policy.mayRestart(2000)).toBe(false);
    expect(policy.mayRestart(63_000)).toBe(true);
  });

  it('starts anew when a person asks', () => {
    const policy = crashPolicy(1, 1);
    policy.mayRestart(0);
    expect(policy.mayRestart(1)).toBe(false);
    policy.forgive();
    expect(policy.mayRestart(2)).toBe(true);
  });
});

describe('the reason of an exit', () => {
  const exit = { title: 'training host', code: null, signal: null, lines: [] };

  it('names the error that was thrown', () => {
    const lines = ['/x/host.cjs:1', "Error: Cannot find module 'onnxruntime-node'", '    at Module._load'];
    expect(explainExit({ ...exit, code: 1, lines })).toBe(
      "the training host ended with code 1: Error: Cannot find module 'onnxruntime-node'",
    );
  });

  it('says when memory ran out, and when it was killed or crashed', () => {
    const lines = ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'];
    expect(explainExit({ ...exit, signal: 'SIGABRT', lines })).toBe('the training host ran out of memory');
    // oneDNN and TensorFlow's allocator, as they end a host that is refused memory.
    for (const line of [
      '  what():  could not create a primitive',
      '[low_level_alloc.cc : 599] RAW: mmap error: 12',
    ])
      expect(explainExit({ ...exit, signal: 'SIGABRT', lines: [line] })).toBe(
        'the training host ran out of memory',
      );
    expect(explainExit({ ...exit, signal: 'SIGKILL' })).toContain('was killed');
    expect(explainExit({ ...exit, signal: 'SIGSEGV' })).toContain('native code (SIGSEGV)');
  });

  it('says when it never started', () => {
    expect(explainExit({ ...exit, error: new Error('spawn ENOENT') })).toContain(
      'could not start: spawn ENOENT',
    );
  });
});

describe('within', () => {
  it('rejects with what was late', async () => {
    await expect(within(10, new Promise(() => undefined), 'no answer')).rejects.toThrow(
      'no answer within 0.01 s',
    );
    await expect(within(1000, Promise.resolve(3), 'no answer')).resolves.toBe(3);
  });
});

const tick = () => new Promise<void>((resolve) => setTimeout(resolve, 1));
