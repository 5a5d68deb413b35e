// Requests over a bare channel: answered, rejected, timed out, cancelled, and never mixed up.
import { describe, expect, it } from 'vitest';
import { Caller, type Channel, serve } from '../../../core/protocol/message-rpc';
import type { Handlers } from '../../../core/protocol/typed';

interface Requests {
  add: (params: { readonly a: number; readonly b: number }) => number;
  wait: (params: Record<string, never>) => string;
}
interface Notifications {
  tick: (params: { readonly n: number }) => void;
}

/** Two ends of a channel that delivers clones, later, as postMessage does. */
function channelPair(): [Channel, Channel] {
  const listeners: [Set<(message: unknown) => void>, Set<(message: unknown) => void>] = [
    new Set(),
    new Set(),
  ];
  const end = (own: 0 | 1): Channel => ({
    post(message) {
      const copy: unknown = structuredClone(message);
      queueMicrotask(() => listeners[own === 0 ? 1 : 0].forEach((listener) => listener(copy)));
    },
    listen(receive) {
      listeners[own].add(receive);
      return () => void listeners[own].delete(receive);
    },
  });
  return [end(0), end(1)];
}

function connect(handlers: Partial<Handlers<Requests, AbortSignal>> = {}) {
  const [near, far] = channelPair();
  const server = serve<Requests, Notifications>(far, {
    add: ({ a, b }) => a + b,
    wait: () => new Promise(() => undefined),
    ...handlers,
  });
  return { near, far, server, caller: new Caller<Requests, Notifications>(near) };
}

describe('message rpc', () => {
  it('answers requests, each its own', async () => {
    const { caller } = connect();
    await expect(
      Promise.all([caller.call('add', { a: 1, b: 2 }), caller.call('add', { a: 3, b: 4 })]),
    ).resolves.toEqual([3, 7]);
  });

  it('rejects with the line that the handler threw, at once or later', async () => {
    const thrown = connect({
      add: () => {
        throw new Error('no such layer');
      },
    });
    await expect(thrown.caller.call('add', { a: 1, b: 2 })).rejects.toThrow('no such layer');
    const rejected = connect({ add: () => Promise.reject(new Error('the host is gone')) });
    await expect(rejected.caller.call('add', { a: 1, b: 2 })).rejects.toThrow('the host is gone');
  });

  it('rejects methods that nobody answers, also those that every object has', async () => {
    const { near } = connect();
    const caller = new Caller<Record<string, (params: Record<string, never>) => unknown>, Notifications>(
      near,
    );
    await expect(caller.call('masks/none', {})).rejects.toThrow('nobody answers masks/none');
    await expect(caller.call('constructor', {})).rejects.toThrow('nobody answers constructor');
  });

  it('gives up after a time-out and tells the other end', async () => {
    let stopped = false;
    const { caller } = connect({
      wait: (_params, signal) =>
        new Promise(() => {
          signal.addEventListener('abort', () => (stopped = true));
        }),
    });
    await expect(caller.call('wait', {}, { timeout: 20 })).rejects.toThrow('wait got no answer in 20 ms');
    await expect.poll(() => stopped).toBe(true);
  });

  it('cancels: rejects here, and aborts the handler there', async () => {
    let signal: AbortSignal | undefined;
    const { caller } = connect({
      wait: (_params, token) => {
        signal = token;
        return new Promise(() => undefined);
      },
    });
    const controller = new AbortController();
    const answer = caller.call('wait', {}, { signal: controller.signal });
    await expect.poll(() => signal).toBeDefined();
    controller.abort();
    await expect(answer).rejects.toThrow('wait was cancelled');
    await expect.poll(() => signal?.aborted).toBe(true);
  });

  it('does not send what was cancelled before it was asked', async () => {
    let asked = 0;
    const { caller } = connect({ add: () => ++asked });
    await expect(caller.call('add', { a: 1, b: 1 }, { signal: AbortSignal.abort() })).rejects.toThrow(
      'cancelled',
    );
    await caller.call('add', { a: 1, b: 1 });
    expect(asked).toBe(1);
  });

  it('says that a request could not be sent', async () => {
    const { caller } = connect();
    const unclonable = { a: 1, b: (() => 2) as unknown as number };
    await expect(caller.call('add', unclonable)).rejects.toThrow('add could not be sent');
  });

  it('says that an answer could not be sent', async () => {
    const { caller } = connect({ add: () => (() => 1) as unknown as number });
    await expect(caller.call('add', { a: 1, b: 2 })).rejects.toThrow(/clone/);
  });

  it('hears notifications, and leaves alone what others post', async () => {
    const { caller, server, far } = connect();
    const heard: number[] = [];
    caller.on('tick', ({ n }) => heard.push(n));
    for (const stray of [null, 'hello', 7, { type: 'webpackOk' }, undefined]) far.post(stray);
    server.notify('tick', { n: 1 });
    server.notify('tick', { n: 2 });
    await expect.poll(() => heard).toEqual([1, 2]);
  });

  it('does not take an answer to the page before a reload for its own', async () => {
    let release: (value: string) => void = () => undefined;
    const { near, caller } = connect({ wait: () => new Promise<string>((resolve) => (release = resolve)) });
    void caller.call('wait', {});
    const reloaded = new Caller<Requests, Notifications>(near);
    const sum = reloaded.call('add', { a: 20, b: 22 });
    release('late');
    await expect(sum).resolves.toBe(42);
  });

  it('aborts what is open when it is disposed of, and answers no more', async () => {
    let signal: AbortSignal | undefined;
    const { caller, server } = connect({
      wait: (_params, token) => {
        signal = token;
        return new Promise(() => undefined);
      },
    });
    caller.call('wait', {}).catch(() => undefined);
    await expect.poll(() => signal).toBeDefined();
    server.dispose();
    expect(signal?.aborted).toBe(true);
    await expect(caller.call('add', { a: 1, b: 1 }, { timeout: 20 })).rejects.toThrow('no answer');
  });
});
