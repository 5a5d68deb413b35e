// Keeps one sandbox thread: boots it when needed, runs one trace at a time, ends it when it misbehaves or idles.
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { signalBytes, type TraceJob, type WorkerMessage, type WorkerSettings } from './protocol';

export interface SandboxOptions {
  readonly distDir: string;
  /** How long one trace may take, boot not counted. */
  readonly deadlineMs: number;
  readonly memoryMb: number;
  /** How long an unused thread is kept. */
  readonly idleMs?: number;
  /** Where memory with packages imported is kept between sessions; nowhere when left out. */
  readonly cacheDir?: string | undefined;
}

export type Done = Extract<WorkerMessage, { kind: 'done' }>;
export type Outcome = Done | { readonly kind: 'lost'; readonly reason: string };

/** After the deadline Python is interrupted, and has this long to report what it has; then the thread is ended. */
const graceMs = 2_000;
/** Booting reads 12 MB from disk and compiles it: a second, or many on a machine under load. */
const bootMs = 120_000;
/** What is asked once may be asked of the thread again; state that slipped past the reset dies with it. */
const tracesPerThread = 500;
/** For new objects: V8 would take 48, and what the stand-ins ask is small and soon done with. */
const youngMb = 12;

interface Thread {
  readonly worker: Worker;
  readonly signals: Uint8Array;
  readonly ready: Promise<void>;
  traces: number;
}

type JobDescription = Omit<TraceJob, 'id' | 'deadlineMs'>;

export class Sandbox {
  private thread: Thread | undefined;
  private queue: Promise<unknown> = Promise.resolve();
  private idle: NodeJS.Timeout | undefined;
  private nextId = 1;
  private disposed = false;

  constructor(private readonly options: SandboxOptions) {}

  /** Runs one job when those before it are through. Rejects only with the signal's reason, or when disposed. */
  run(job: JobDescription, signal: AbortSignal): Promise<Outcome> {
    const turn = this.queue.then(() => this.runNow(job, signal));
    this.queue = turn.catch(() => undefined);
    const cancelled = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    return Promise.race([turn, cancelled]);
  }

  /** Ends the thread; resolves when it is gone. */
  async dispose(): Promise<void> {
    this.disposed = true;
    await this.end();
  }

  private async runNow(job: JobDescription, signal: AbortSignal): Promise<Outcome> {
    signal.throwIfAborted();
    if (this.disposed) throw new Error('the Python sandbox was ended');
    clearTimeout(this.idle);
    const thread = (this.thread ??= this.boot());
    try {
      await thread.ready;
    } catch (error) {
      await this.end();
      return { kind: 'lost', reason: `the Python sandbox did not start: ${messageOf(error)}` };
    }
    signal.throwIfAborted();
    const outcome = await this.converse(thread, job, signal);
    thread.traces += 1;
    const worn =
      outcome.kind === 'lost' ||
      thread.traces >= tracesPerThread ||
      outcome.heapBytes > (3 / 8) * this.options.memoryMb * 2 ** 20;
    if (worn) await this.end();
    else this.rest();
    signal.throwIfAborted();
    return outcome;
  }

  private boot(): Thread {
    const { distDir, memoryMb, cacheDir } = this.options;
    const shared = new SharedArrayBuffer(8);
    const settings: WorkerSettings = { distDir, signals: shared, memoryBytes: memoryMb * 2 ** 20, cacheDir };
    const worker = new Worker(path.join(distDir, 'python-worker.cjs'), {
      workerData: settings,
      // Nothing of the environment, and no way to the protocol that may run over our stdout.
      env: {},
      stdin: false,
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: youngMb, stackSizeMb: 8 },
    });
    worker.stdout.resume();
    worker.stderr.resume();
    const ready = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer in ${bootMs / 1000} s`)), bootMs);
      worker.once('message', () => resolve());
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('it ended while starting')));
      worker.once('exit', () => clearTimeout(timer));
      worker.once('message', () => clearTimeout(timer));
    });
    ready.catch(() => undefined);
    worker.unref();
    return { worker, signals: new Uint8Array(shared), ready, traces: 0 };
  }

  /** Sends a job and waits for its answer, the deadline, cancellation, or the thread's end, whichever is first. */
  private converse(thread: Thread, job: JobDescription, signal: AbortSignal): Promise<Outcome> {
    const { worker, signals } = thread;
    const { deadlineMs } = this.options;
    const id = this.nextId++;
    return new Promise<Outcome>((resolve) => {
      const timers: NodeJS.Timeout[] = [];
      const settle = (outcome: Outcome) => {
        timers.forEach(clearTimeout);
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        signal.removeEventListener('abort', interrupt);
        resolve(outcome);
      };
      const lost = (reason: string) => settle({ kind: 'lost', reason });
      let late = false;
      const onMessage = (message: WorkerMessage) => {
        if (message.kind === 'ready' || message.id !== id) return;
        // An interrupt may hit the tracer itself: it is the deadline all the same.
        if (message.kind === 'lost' && late) lost('deadline');
        else settle(message);
      };
      const onError = (error: Error) => lost(messageOf(error));
      const onExit = () => lost('the file ended the sandbox that reads it');
      // Again and again: a bare `except:` swallows an interrupt, and a wait in C sees none. Then the thread is ended.
      const interrupt = () => {
        late = true;
        const again = () => {
          if (Atomics.load(signals, signalBytes.noticed) === 0)
            Atomics.store(signals, signalBytes.interrupt, 2);
        };
        again();
        timers.push(setInterval(again, 100));
        const aborted = signal.aborted;
        timers.push(setTimeout(() => lost('deadline'), aborted ? graceMs / 4 : graceMs));
      };
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      signal.addEventListener('abort', interrupt, { once: true });
      timers.push(setTimeout(interrupt, deadlineMs));
      worker.postMessage({ ...job, id, deadlineMs } satisfies TraceJob);
    });
  }

  private rest(): void {
    this.idle = setTimeout(() => void this.end(), this.options.idleMs ?? 600_000);
    this.idle.unref();
  }

  private async end(): Promise<void> {
    clearTimeout(this.idle);
    const { thread } = this;
    this.thread = undefined;
    await thread?.worker.terminate();
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
