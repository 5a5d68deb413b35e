// The language server as the rest of the extension sees it: starts when needed, answers, restarts, says why it cannot.
import { type CancellationToken, type Disposable, window, workspace } from 'vscode';
import type {
  LanguageClientNotifications,
  LanguageClientRequests,
  LanguageServerNotifications,
  LanguageServerRequests,
  ModelFileProgress,
} from '../../core/protocol/language-server';
import type { Handlers, ParamsOf, ResultOf } from '../../core/protocol/typed';
import { log, reasonOf } from '../log';
import { coalesce } from '../processes/coalesce';
import { crashPolicy } from '../processes/crash-policy';
import { plainError } from '../processes/plain-error';
import { within } from '../processes/within';
import { initialState, nextState, type ServerEvent, type ServerState } from './server-state';
import type { ServerLife } from './server-life';

/** Milliseconds that the Python extension may take to tell its choice before the server starts without it. */
const pythonPatience = 1500;

export interface LanguageServerOptions {
  /** Folder of the bundles. */
  readonly distDir: string;
  readonly handlers: Handlers<LanguageClientRequests, CancellationToken>;
  /** The interpreter or folder of the Python environment whose packages count. */
  readonly pythonPath: () => Promise<string | undefined>;
  /** Told after every change of state. */
  readonly changed: (state: ServerState, event: ServerEvent) => void;
}

export class LanguageServer implements Disposable {
  private life: ServerLife | undefined;
  private starting: Promise<void> | undefined;
  private current: ServerState = initialState;
  private readonly progressListeners = new Set<(progress: ModelFileProgress) => void>();
  /** Counts starts and stops, so that a start knows when it has been overtaken. */
  private turn = 0;
  /** Four crashes in five minutes are a file that breaks us; a fifth start would only repeat it. */
  private readonly policy = crashPolicy(4, 5);

  constructor(private readonly options: LanguageServerOptions) {}

  get state(): ServerState {
    return this.current;
  }

  /** Starts if it is not running; rejects with the reason if it cannot. */
  start(): Promise<void> {
    if (this.starting) return this.starting;
    const starting = this.begin().catch((error: unknown) => {
      // A restart may have begun meanwhile: its state is the one to show.
      if (this.starting === starting) {
        this.starting = undefined;
        this.move({ kind: 'down', reason: reasonOf(error) });
      }
      throw error;
    });
    this.starting = starting;
    return starting;
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
    const { client } = this.life;
    type Answer = ResultOf<LanguageServerRequests, K>;
    try {
      // An absent token must stay absent: passed on as `undefined` it becomes a second parameter.
      return await (token
        ? client.sendRequest<Answer>(method, params, token)
        : client.sendRequest<Answer>(method, params));
    } catch (error) {
      throw plainError(error);
    }
  }

  /** The workspace became trusted. A server that starts later is told when it starts. */
  async trust(): Promise<void> {
    if (this.current.server !== 'running') return;
    const method: keyof LanguageClientNotifications = 'espalier/trust';
    const params: ParamsOf<LanguageClientNotifications, typeof method> = { trusted: true };
    await this.life?.client.sendNotification(method, params);
  }

  /** Another Python environment was chosen. A server that starts later is told when it starts. */
  async choosePython(pythonPath: string | undefined): Promise<void> {
    if (this.current.server !== 'running') return;
    const method: keyof LanguageClientNotifications = 'espalier/pythonEnvironment';
    const params: ParamsOf<LanguageClientNotifications, typeof method> = { pythonPath: pythonPath ?? null };
    await this.life?.client.sendNotification(method, params);
  }

  /** Calls back while the values of some model file are read. */
  onModelFileProgress(listener: (progress: ModelFileProgress) => void): Disposable {
    this.progressListeners.add(listener);
    return { dispose: () => void this.progressListeners.delete(listener) };
  }

  forget(uri: string): void {
    if (this.current.documents.has(uri)) this.move({ kind: 'closed', uri });
  }

  /** Ends it. Never rejects. */
  async stop(): Promise<void> {
    const life = this.life;
    this.life = undefined;
    this.starting = undefined;
    this.turn++;
    if (!life) return;
    await life.stop();
    this.move({ kind: 'stopped' });
  }

  dispose(): void {
    void this.stop();
  }

  private async begin(): Promise<void> {
    this.move({ kind: 'starting' });
    const { ServerLife } = await import('./server-life');
    const python = this.options.pythonPath();
    const turn = ++this.turn;
    const pythonPath = await within(pythonPatience, python, '').catch(() => undefined);
    // Stopped or restarted meanwhile: a process that starts now would have no owner.
    if (turn !== this.turn) throw new Error('the language server was stopped while it started');
    const life = new ServerLife(this.options.distDir, pythonPath, (reason) => {
      // Dying before it ever answered is a failed start, which `start` tells.
      if (this.life === life && this.current.server === 'running') void this.lost(life, reason);
    });
    this.life = life;
    this.listen(life);
    try {
      await life.start();
    } catch (error) {
      if (this.life === life) this.life = undefined;
      throw error;
    }
    if (this.life !== life) return;
    this.move({ kind: 'running' });
    // It may have been granted while the server was starting, which was told what held before.
    if (workspace.isTrusted) await this.trust();
    // Its patience may have ended before the Python extension had started.
    python
      .then((late) => (late === pythonPath ? undefined : this.choosePython(late)))
      .catch((error: unknown) => log().warn(reasonOf(error)));
  }

  private listen({ client }: ServerLife): void {
    const status: keyof LanguageServerNotifications = 'espalier/status';
    client.onNotification(status, (params: ParamsOf<LanguageServerNotifications, typeof status>) =>
      this.move({ kind: 'document', status: params }),
    );
    const progress: keyof LanguageServerNotifications = 'espalier/modelFileProgress';
    client.onNotification(progress, (params: ModelFileProgress) => {
      for (const listener of this.progressListeners) listener(params);
    });
    for (const [method, handler] of Object.entries(this.options.handlers)) {
      client.onRequest(method, handler as (params: never, token: CancellationToken) => unknown);
    }
  }

  /** The process is gone without being asked: start again within bounds, else say so once. */
  private async lost(life: ServerLife, reason: string): Promise<void> {
    log().error(reason);
    this.life = undefined;
    this.starting = undefined;
    this.move({ kind: 'down', reason });
    await life.stop();
    if (this.policy.mayRestart(Date.now())) return void this.start().catch(() => undefined);
    const again = 'Restart';
    const show = 'Show log';
    const message = `Espalier: ${reason}, again and again. It stays down until restarted.`;
    const choice = await window.showErrorMessage(message, again, show);
    if (choice === again) await this.restart().catch(() => undefined);
    if (choice === show) log().show();
  }

  private move(event: ServerEvent): void {
    this.current = nextState(this.current, event);
    this.options.changed(this.current, event);
  }
}
