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
  private nextId = 0;
  private readonly waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  private readonly listeners = new Map<keyof Notifications, (params: never) => void>();

  constructor(private readonly channel: Channel) {
    channel.listen((message) => this.receive(message as Envelope));
  }

  call<K extends keyof Requests & string>(
    method: K,
    params: ParamsOf<Requests, K>,
    { timeout, signal }: RequestOptions = {},
  ): Promise<ResultOf<Requests, K>> {
    const id = this.nextId++;
    return new Promise<ResultOf<Requests, K>>((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const settle = (act: () => void) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', cancel);
        if (this.waiting.delete(id)) act();
      };
      const cancel = () => {
        this.channel.post({ kind: 'cancel', id } satisfies Envelope);
        settle(() => reject(new Error(`${method} was cancelled`)));
      };
      if (timeout !== undefined) {
        timer = setTimeout(
          () => settle(() => reject(new Error(`${method} got no answer in ${timeout} ms`))),
          timeout,
        );
      }
      signal?.addEventListener('abort', cancel, { once: true });
      this.waiting.set(id, {
        resolve: (value) => settle(() => resolve(value as ResultOf<Requests, K>)),
        reject: (error) => settle(() => reject(error)),
      });
      this.channel.post({ kind: 'request', id, method, params } satisfies Envelope);
    });
  }

  on<K extends keyof Notifications>(method: K, listener: (params: ParamsOf<Notifications, K>) => void): void {
    this.listeners.set(method, listener);
  }

  private receive(message: Envelope): void {
    if (message.kind === 'answer') this.waiting.get(message.id)?.resolve(message.result);
    if (message.kind === 'rejection') this.waiting.get(message.id)?.reject(new Error(message.message));
    if (message.kind === 'notification') {
      this.listeners.get(message.method as keyof Notifications)?.(message.params as never);
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
      const handler = handlers[method as keyof Requests];
      if (!handler) throw new Error(`nobody answers ${method}`);
      const result = await handler(params as never, controller.signal);
      channel.post({ kind: 'answer', id, result } satisfies Envelope);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      channel.post({ kind: 'rejection', id, message } satisfies Envelope);
    } finally {
      open.delete(id);
    }
  };
  const stop = channel.listen((raw) => {
    const message = raw as Envelope;
    if (message.kind === 'request') void answer(message.id, message.method, message.params);
    if (message.kind === 'cancel') open.get(message.id)?.abort();
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
