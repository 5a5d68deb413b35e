// Requests over a bare message channel (postMessage): answers, rejections, time-outs, cancellation.
import type { Handlers, ParamsOf, ResultOf } from './typed';

export interface Channel {
  post(message: unknown): void;
  /** Calls back with every message that arrives; answers with a way to stop. */
  listen(receive: (message: unknown) => void): () => void;
}

type Envelope =
  | { readonly kind: 'request'; readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly kind: 'answer'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'rejection'; readonly id: number; readonly message: string }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'notification'; readonly method: string; readonly params: unknown };

export interface RequestOptions {
  /** Milliseconds until the request is rejected; none by default, as measuring may take minutes. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** Asks `Requests`, hears `Notifications`. The other end is {@link serve}. */
export class Caller<Requests, Notifications> {
  // A page that reloads meets the same server, which may still be answering the page before it: ids must not repeat.
  private nextId = Math.floor(Math.random() * 2 ** 48);
  private readonly waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  private readonly listeners = new Map<keyof Notifications, (params: never) => void>();

  constructor(private readonly channel: Channel) {
    channel.listen((message) => this.receive(message));
  }

  call<K extends keyof Requests & string>(
    method: K,
    params: ParamsOf<Requests, K>,
    { timeout, signal }: RequestOptions = {},
  ): Promise<ResultOf<Requests, K>> {
    const id = this.nextId++;
    return new Promise<ResultOf<Requests, K>>((resolve, reject) => {
      if (signal?.aborted) return reject(new Error(`${method} was cancelled`));
      let timer: ReturnType<typeof setTimeout> | undefined;
      const settle = (act: () => void) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', cancel);
        if (this.waiting.delete(id)) act();
      };
      const giveUp = (reason: string) => {
        // The other end stops working for an answer that nobody waits for.
        this.channel.post({ kind: 'cancel', id } satisfies Envelope);
        settle(() => reject(new Error(reason)));
      };
      const cancel = () => giveUp(`${method} was cancelled`);
      if (timeout !== undefined)
        timer = setTimeout(() => giveUp(`${method} got no answer in ${timeout} ms`), timeout);
      signal?.addEventListener('abort', cancel, { once: true });
      this.waiting.set(id, {
        resolve: (value) => settle(() => resolve(value as ResultOf<Requests, K>)),
        reject: (error) => settle(() => reject(error)),
      });
      try {
        this.channel.post({ kind: 'request', id, method, params } satisfies Envelope);
      } catch (error) {
        settle(() => reject(new Error(`${method} could not be sent: ${reasonOf(error)}`)));
      }
    });
  }

  /** One listener a method: a later one takes its place. */
  on<K extends keyof Notifications>(method: K, listener: (params: ParamsOf<Notifications, K>) => void): void {
    this.listeners.set(method, listener);
  }

  private receive(raw: unknown): void {
    if (!isEnvelope(raw)) return;
    if (raw.kind === 'answer') this.waiting.get(raw.id)?.resolve(raw.result);
    if (raw.kind === 'rejection') this.waiting.get(raw.id)?.reject(new Error(raw.message));
    if (raw.kind === 'notification') {
      this.listeners.get(raw.method as keyof Notifications)?.(raw.params as never);
    }
  }
}

/** Answers requests on a channel. The answer's `notify` tells the other end something; `dispose` cancels what is open. */
export function serve<Requests, Notifications>(channel: Channel, handlers: Handlers<Requests, AbortSignal>) {
  const open = new Map<number, AbortController>();
  const answer = async (id: number, method: string, params: unknown) => {
    const controller = new AbortController();
    open.set(id, controller);
    try {
      // Own properties only: `constructor` is no method of any protocol.
      if (!Object.hasOwn(handlers, method)) throw new Error(`nobody answers ${method}`);
      const result = await handlers[method as keyof Requests](params as never, controller.signal);
      channel.post({ kind: 'answer', id, result } satisfies Envelope);
    } catch (error) {
      channel.post({ kind: 'rejection', id, message: reasonOf(error) } satisfies Envelope);
    } finally {
      open.delete(id);
    }
  };
  const stop = channel.listen((raw) => {
    if (!isEnvelope(raw)) return;
    if (raw.kind === 'request') void answer(raw.id, raw.method, raw.params);
    if (raw.kind === 'cancel') open.get(raw.id)?.abort();
  });
  return {
    notify<K extends keyof Notifications & string>(method: K, params: ParamsOf<Notifications, K>): void {
      channel.post({ kind: 'notification', method, params } satisfies Envelope);
    },
    dispose(): void {
      stop();
      for (const controller of open.values()) controller.abort();
    },
  };
}

/** Others post on the same window (browser extensions, developer tools); theirs are left alone. */
const isEnvelope = (message: unknown): message is Envelope =>
  typeof message === 'object' && message !== null && 'kind' in message;

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
