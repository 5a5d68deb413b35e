// Fetches the pages that are wanted now, a few at a time, and cancels those that no longer are.
import { keyText, type PageKey } from './level';

export interface LoaderOptions<P> {
  fetch(key: PageKey, signal: AbortSignal): Promise<P>;
  onLoad(key: PageKey, page: P): void;
  onError(key: PageKey, error: Error): void;
  /** Requests under way at once: enough to hide the round trip, few enough that a pan is answered soon. */
  readonly parallel?: number;
}

export class PageLoader<P> {
  private queue: PageKey[] = [];
  private readonly open = new Map<string, AbortController>();
  /** Pages that could not be had are not asked for again until {@link reset}. */
  private readonly failed = new Set<string>();

  constructor(private readonly options: LoaderOptions<P>) {}

  /** Replaces what is wanted, most urgent first. The caller leaves out what it already has. */
  want(keys: readonly PageKey[]): void {
    const wanted = new Set(keys.map(keyText));
    for (const [text, controller] of this.open) {
      if (wanted.has(text)) continue;
      this.open.delete(text);
      controller.abort();
    }
    this.queue = keys.filter((key) => !this.open.has(keyText(key)) && !this.failed.has(keyText(key)));
    this.fill();
  }

  /** Forgets failures and cancels everything: another layer, or the same one anew. */
  reset(): void {
    this.failed.clear();
    this.want([]);
  }

  get busy(): boolean {
    return this.open.size > 0 || this.queue.length > 0;
  }

  private fill(): void {
    while (this.open.size < (this.options.parallel ?? 4)) {
      const key = this.queue.shift();
      if (!key) return;
      void this.load(key);
    }
  }

  private async load(key: PageKey): Promise<void> {
    const text = keyText(key);
    const controller = new AbortController();
    this.open.set(text, controller);
    try {
      const page = await this.options.fetch(key, controller.signal);
      if (controller.signal.aborted) return;
      this.open.delete(text);
      this.options.onLoad(key, page);
    } catch (error) {
      if (controller.signal.aborted) return;
      this.open.delete(text);
      this.failed.add(text);
      this.options.onError(key, error instanceof Error ? error : new Error(String(error)));
    }
    this.fill();
  }
}
