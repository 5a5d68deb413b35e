// The language server as the rest of the extension sees it: starts when needed, answers, restarts, says why it cannot.
import { type CancellationToken, type Disposable, window } from 'vscode';
import type {
  LanguageClientNotifications,
  LanguageClientRequests,
  LanguageServerNotifications,
  LanguageServerRequests,
} from '../../core/protocol/language-server';
import type { Handlers, ParamsOf, ResultOf } from '../../core/protocol/typed';
import { log, reasonOf } from '../log';
import { coalesce } from '../processes/coalesce';
import { crashPolicy } from '../processes/crash-policy';
import { within } from '../processes/within';
import type { ClientLife } from './client';
import { initialState, nextState, type ServerEvent, type ServerState } from './server-state';

/** A cold start loads the bundle and answers `initialize`; past this on a loaded machine, something hangs. */
const startDeadline = 30_000;
const stopDeadline = 3_000;

export interface LanguageServerOptions {
  readonly bundle: string;
  readonly handlers: Handlers<LanguageClientRequests, CancellationToken>;
  /** Told after every change of state. */
  readonly changed: (state: ServerState, event: ServerEvent) => void;
}

export class LanguageServer implements Disposable {
  private life: ClientLife | undefined;
  private starting: Promise<void> | undefined;
  private current: ServerState = initialState;
  /** Four crashes in five minutes are a file that breaks us; a fifth start would only repeat it. */
  private readonly policy = crashPolicy(4, 5);

  constructor(private readonly options: LanguageServerOptions) {}

  get state(): ServerState {
    return this.current;
  }

  /** Starts if it is not running; rejects with the reason if it cannot. */
  start(): Promise<void> {
    return (this.starting ??= this.begin().catch((error: unknown) => {
      this.starting = undefined;
      this.move({ kind: 'down', reason: reasonOf(error) });
      throw error;
    }));
  }

  /** Asked for by a person: a new client and a new process, whatever state the old ones are in. */
  readonly restart = coalesce(async () => {
    this.policy.forgive();
    await this.stop();
    await this.start();
  });

  async ask<K extends keyof LanguageServerRequests>(
    method: K,
    params: ParamsOf<LanguageServerRequests, K>,
    token?: CancellationToken,
  ): Promise<ResultOf<LanguageServerRequests, K>> {
    await this.start();
    if (!this.life) throw new Error(this.current.reason ?? 'the language server is not running');
    return this.life.client.sendRequest<ResultOf<LanguageServerRequests, K>>(method, params, token);
  }

  /** The workspace became trusted. A server that starts later is told when it starts. */
  async trust(): Promise<void> {
    if (this.current.server !== 'running') return;
    const method: keyof LanguageClientNotifications = 'espalier/trust';
    const params: ParamsOf<LanguageClientNotifications, typeof method> = { trusted: true };
    await this.life?.client.sendNotification(method, params);
  }

  forget(uri: string): void {
    if (this.current.documents.has(uri)) this.move({ kind: 'closed', uri });
  }

  /** Asks it to end, then makes sure. Never rejects: there is nothing left to do about it. */
  async stop(): Promise<void> {
    const life = this.life;
    this.life = undefined;
    this.starting = undefined;
    if (!life) return;
    // A client that is still starting refuses to stop; its process is ended all the same.
    await within(stopDeadline, life.client.dispose(stopDeadline), 'stopping').catch(() => undefined);
    await life.child()?.stop(stopDeadline, 1000);
    this.move({ kind: 'stopped' });
  }

  dispose(): void {
    void this.stop();
  }

  private async begin(): Promise<void> {
    this.move({ kind: 'starting' });
    const { createClient } = await import('./client');
    const life: ClientLife = createClient(this.options.bundle, (reason) => {
      // Dying before it ever answered is a failed start, which `start` tells.
      if (this.life === life && this.current.server === 'running') void this.lost(reason);
    });
    this.life = life;
    this.listen(life);
    try {
      await within(startDeadline, life.client.start(), 'the language server did not answer');
    } catch (error) {
      // A process that died closes its pipes a moment before it is gone; its ending says more than the pipe's.
      const ending = await within(500, life.child()?.ended ?? Promise.resolve(undefined), '').catch(
        () => undefined,
      );
      await life.child()?.kill();
      if (this.life === life) this.life = undefined;
      throw ending ? new Error(ending.reason) : error;
    }
    if (this.life === life) this.move({ kind: 'running' });
  }

  private listen({ client }: ClientLife): void {
    const status: keyof LanguageServerNotifications = 'espalier/status';
    client.onNotification(status, (params: ParamsOf<LanguageServerNotifications, typeof status>) =>
      this.move({ kind: 'document', status: params }),
    );
    for (const [method, handler] of Object.entries(this.options.handlers)) {
      client.onRequest(method, handler as (params: never, token: CancellationToken) => unknown);
    }
  }

  /** The process is gone without being asked: start again within bounds, else say so once. */
  private async lost(reason: string): Promise<void> {
    log().error(reason);
    const old = this.life;
    this.life = undefined;
    this.starting = undefined;
    await old?.client.dispose(0).catch(() => undefined);
    await old?.child()?.kill();
    this.move({ kind: 'down', reason });
    if (this.policy.mayRestart(Date.now())) return void this.start().catch(() => undefined);
    const again = 'Restart';
    const show = 'Show log';
    const choice = await window.showErrorMessage(
      `Espalier: ${reason}, again and again. It stays down until restarted.`,
      again,
      show,
    );
    if (choice === again) await this.restart().catch(() => undefined);
    if (choice === show) log().show();
  }

  private move(event: ServerEvent): void {
    this.current = nextState(this.current, event);
    this.options.changed(this.current, event);
  }
}
