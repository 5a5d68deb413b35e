// Supervises the training host: starts it when first asked, passes messages, and ends it in three ways, each with a deadline.
// No `vscode` here, so that tests run it against the real process.
import type { TrainingHostNotifications, TrainingHostRequests } from '../../core/protocol/training-host';
import type { ParamsOf, ResultOf } from '../../core/protocol/typed';
import type { Ending } from '../processes/node-child';
import { within } from '../processes/within';
import type { HostLife } from './life';

/** A run stops after its step and a checkpoint; even on a slow device that is seconds. */
const interruptDeadline = 30_000;
/** Shorter than the five seconds that VS Code grants an extension when the window closes. */
const stopDeadline = 3_000;

export interface TrainingHostOptions {
  readonly bundle: string;
  /** Asked at each start: what is added to the environment. */
  readonly env?: () => Readonly<Record<string, string>>;
  /** Told every line the host writes to standard error. */
  readonly onLine: (line: string) => void;
  /** Told once when the process ends without being asked; `asked` when somebody was waiting for an answer, and so is told. */
  readonly onCrash: (ending: Ending, asked: boolean) => void;
}

export class TrainingHost {
  private life: Promise<HostLife> | undefined;
  private closed = false;
  private readonly listeners = new Map<string, Set<(params: never) => void>>();

  constructor(private readonly options: TrainingHostOptions) {}

  /** The process' id while it runs. */
  async pid(): Promise<number | undefined> {
    const life = await this.life;
    return life?.child.alive ? life.child.process.pid : undefined;
  }

  /** Starts the host if need be. Rejects with one line for people; an aborted `signal` cancels in the host too. */
  async ask<K extends keyof TrainingHostRequests>(
    method: K,
    params: ParamsOf<TrainingHostRequests, K>,
    signal?: AbortSignal,
  ): Promise<ResultOf<TrainingHostRequests, K>> {
    if (this.closed) throw new Error('the window is closing');
    const life = await (this.life ??= this.begin());
    return (await life.request(method, params, signal)) as ResultOf<TrainingHostRequests, K>;
  }

  /** Answers with a way to stop listening. Listeners survive restarts of the host. */
  on<K extends keyof TrainingHostNotifications>(
    method: K,
    listener: (params: ParamsOf<TrainingHostNotifications, K>) => void,
  ): () => void {
    const all = this.listeners.get(method) ?? new Set();
    this.listeners.set(method, all.add(listener));
    return () => void all.delete(listener);
  }

  /** Ends one run and keeps the host. A host that does not obey in time is killed: the run's last checkpoint stays. */
  async interrupt(folder: string): Promise<void> {
    try {
      await within(interruptDeadline, this.ask('runs/stop', { folder }), 'the run did not stop');
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('the run did not stop'))) throw error;
      await this.kill();
      throw new Error(`${error.message}; the training host was ended, the last checkpoint can be resumed`);
    }
  }

  /** Ends the host politely, then firmly. The next request starts a new one. */
  async stop(): Promise<void> {
    const life = this.life;
    this.life = undefined;
    await (await life)?.child.stop(stopDeadline);
  }

  /** Ends the host and all it started, at once. */
  async kill(): Promise<void> {
    const life = this.life;
    this.life = undefined;
    await (await life)?.child.kill();
  }

  /** The window closes: no further host will start. */
  async close(): Promise<void> {
    this.closed = true;
    await this.stop();
  }

  private async begin(): Promise<HostLife> {
    const { HostLife } = await import('./life');
    const { bundle, onLine, env } = this.options;
    const life = new HostLife(
      { bundle, title: 'training host', onLine, ...(env ? { env: env() } : {}) },
      (method, params) => {
        for (const listener of this.listeners.get(method) ?? []) listener(params as never);
      },
    );
    void life.child.ended.then((ending) => {
      if (!ending.expected) void this.crashed(life, ending, life.pending > 0);
    });
    return life;
  }

  private async crashed(life: HostLife, ending: Ending, asked: boolean): Promise<void> {
    const current = this.life;
    if ((await current) === life && this.life === current) this.life = undefined;
    this.options.onCrash(ending, asked);
  }
}
