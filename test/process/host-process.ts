// The real training host as a child process, spoken to as the extension does; nothing of a test runner here.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  createMessageConnection,
  type MessageConnection,
  NullLogger,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type {
  RunProgress,
  TrainingHostNotifications,
  TrainingHostRequests,
} from '../../core/protocol/training-host';
import type { ParamsOf, ResultOf } from '../../core/protocol/typed';
import type { RunRecord } from '../../core/runs/run-record';

export class HostProcess {
  readonly process: ChildProcessWithoutNullStreams;
  readonly progress: RunProgress[] = [];
  /** What it wrote to standard error, for the message of a test that fails. */
  errors = '';
  private readonly connection: MessageConnection;
  private readonly records = new Map<string, RunRecord>();
  private readonly waiting = new Set<() => void>();

  /** @param bundle the host's script. @param env added to this process's own. */
  constructor(bundle: string, env: Readonly<Record<string, string>> = {}) {
    this.process = spawn(process.execPath, [bundle], { stdio: 'pipe', env: { ...process.env, ...env } });
    this.process.stderr.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
    this.process.stdin.on('error', () => undefined);
    this.connection = createMessageConnection(
      new StreamMessageReader(this.process.stdout),
      new StreamMessageWriter(this.process.stdin),
      NullLogger,
    );
    this.connection.onError(() => undefined);
    this.on('run/progress', (progress) => this.progress.push(progress));
    this.on('run/ended', ({ folder, record }) => this.records.set(folder, record));
    this.connection.listen();
  }

  ask<K extends keyof TrainingHostRequests>(
    method: K,
    params: ParamsOf<TrainingHostRequests, K>,
  ): Promise<ResultOf<TrainingHostRequests, K>> {
    // A run that goes on will end once more.
    if (method === 'runs/resume') this.records.delete((params as { folder: string }).folder);
    return this.connection.sendRequest(method, params);
  }

  /** The message of a request that must be refused. */
  refusal<K extends keyof TrainingHostRequests>(
    method: K,
    params: ParamsOf<TrainingHostRequests, K>,
  ): Promise<string> {
    return this.ask(method, params).then(
      () => 'it was accepted',
      (error: Error) => error.message,
    );
  }

  /** The record that a run ended with, once it has. */
  async ended(folder: string): Promise<RunRecord> {
    await this.until(() => this.records.has(folder));
    return this.records.get(folder)!;
  }

  /** Until a run has done so many steps. */
  steps(folder: string, count: number): Promise<void> {
    return this.until(() => this.progress.some((told) => told.folder === folder && told.step >= count));
  }

  async exit(): Promise<number | null> {
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, 'exit');
    return this.process.exitCode;
  }

  private on<K extends keyof TrainingHostNotifications>(
    method: K,
    listen: (params: ParamsOf<TrainingHostNotifications, K>) => void,
  ): void {
    this.connection.onNotification(method, (params: unknown) => {
      listen(params as never);
      for (const check of this.waiting) check();
    });
  }

  private until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const gone = () => {
        this.waiting.delete(check);
        reject(new Error(`the host ended before that: ${this.errors}`));
      };
      const check = () => {
        if (!isSo()) return;
        this.waiting.delete(check);
        this.process.off('exit', gone);
        resolve();
      };
      this.waiting.add(check);
      this.process.once('exit', gone);
      check();
    });
  }
}
