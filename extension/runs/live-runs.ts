// Runs that this window trains: who runs, its last progress, and how it ended. No `vscode` here.
import type { RunProgress } from '../../core/protocol/training-host';
import type { RunRecord } from '../../core/runs/run-record';
import type { TrainingHost } from '../training-host/training-host';
import { type Known, remember } from './words';

export interface LiveRun {
  readonly folder: string;
  readonly record: RunRecord;
  /** Resolves with the final record; rejects with one line when the host dies. */
  readonly ended: Promise<RunRecord>;
  progress?: RunProgress;
  known: Known;
}

interface Entry {
  readonly run: LiveRun;
  readonly end: (record: RunRecord) => void;
  readonly fail: (reason: Error) => void;
}

export class LiveRuns {
  private readonly entries = new Map<string, Entry>();
  /** Endings that arrived before the answer that names the run. */
  private readonly early = new Map<string, RunRecord>();
  private readonly listeners = new Set<(folder: string) => void>();

  constructor(host: Pick<TrainingHost, 'on'>) {
    host.on('run/progress', (progress) => this.progressed(progress));
    host.on('run/ended', ({ folder, record }) => this.ended(folder, record));
  }

  get all(): readonly LiveRun[] {
    return [...this.entries.values()].map(({ run }) => run);
  }

  get(folder: string): LiveRun | undefined {
    return this.entries.get(folder)?.run;
  }

  /** Called when the host says that a run has begun or goes on. */
  begin(folder: string, record: RunRecord): LiveRun {
    const known = this.entries.get(folder);
    if (known) return known.run;
    let end!: Entry['end'];
    let fail!: Entry['fail'];
    const ended = new Promise<RunRecord>((resolve, reject) => {
      end = resolve;
      fail = reject;
    });
    // Whoever follows the run hears of it; a run that nobody follows must not become an unhandled rejection.
    ended.catch(() => undefined);
    const run: LiveRun = { folder, record, ended, known: {} };
    this.entries.set(folder, { run, end, fail });
    const early = this.early.get(folder);
    if (early) this.ended(folder, early);
    this.tell(folder);
    return run;
  }

  /** The host is gone: every run of this window is interrupted. Answers with them. */
  lost(reason: string): LiveRun[] {
    const runs = [...this.entries.values()];
    this.entries.clear();
    for (const { run, fail } of runs) {
      fail(new Error(reason));
      this.tell(run.folder);
    }
    return runs.map(({ run }) => run);
  }

  /** Told of each change of any run. Answers with a way to stop listening. */
  onDidChange(listener: (folder: string) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private progressed(progress: RunProgress): void {
    const run = this.entries.get(progress.folder)?.run;
    if (!run) return;
    run.progress = progress;
    run.known = remember(run.known, progress.point);
    this.tell(progress.folder);
  }

  private ended(folder: string, record: RunRecord): void {
    const entry = this.entries.get(folder);
    if (!entry) return void this.early.set(folder, record);
    this.early.delete(folder);
    this.entries.delete(folder);
    entry.end(record);
    this.tell(folder);
  }

  private tell(folder: string): void {
    for (const listener of this.listeners) listener(folder);
  }
}
