// Runs one of our bundles under the editor's own Node, and can say afterwards how and why it ended.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { explainExit } from './explain-exit';
import { killTree } from './kill-tree';

export interface NodeChildOptions {
  /** Absolute path of the bundle. */
  readonly bundle: string;
  /** What people call it: `language server`, `training host`. */
  readonly title: string;
  readonly args?: readonly string[];
  /** Megabytes of JavaScript heap; a leak then ends this process and not the machine. */
  readonly heapCap?: number;
  /** Added to the editor's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Told every line of standard error. */
  readonly onLine?: (line: string) => void;
}

/** How a process ended; `reason` is one line for people. */
export interface Ending {
  readonly expected: boolean;
  readonly reason: string;
}

/** Enough for a stack trace and the line above it that says what threw. */
const keptLines = 40;

export class NodeChild {
  readonly process: ChildProcessWithoutNullStreams;
  /** Resolves once, when the process is gone; never rejects. */
  readonly ended: Promise<Ending>;
  private readonly lines: string[] = [];
  private stopping = false;

  constructor(private readonly options: NodeChildOptions) {
    const { bundle, args = [], heapCap } = options;
    const heap = heapCap ? [`--max-old-space-size=${heapCap}`] : [];
    this.process = spawn(process.execPath, [...heap, bundle, ...args], {
      // Electron's binary is a plain Node when told so; under code-server it is Node already.
      env: { ...process.env, ...options.env, ELECTRON_RUN_AS_NODE: '1' },
      // A group of its own, so that what it starts can be ended with it.
      detached: process.platform !== 'win32',
      stdio: 'pipe',
    });
    this.readLines();
    // Writing to a process that has just gone is answered by its ending, not by a crash of the editor's host.
    this.process.stdin.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      const settle = (code: number | null, signal: string | null, error?: Error) =>
        resolve({
          expected: this.stopping,
          reason: explainExit({ title: options.title, code, signal, error, lines: this.lines }),
        });
      this.process.once('error', (error) => settle(null, null, error));
      this.process.once('exit', (code, signal) => settle(code, signal));
    });
  }

  get alive(): boolean {
    const { pid, exitCode, signalCode } = this.process;
    return pid !== undefined && exitCode === null && signalCode === null;
  }

  /** The last lines it wrote to standard error. */
  get tail(): readonly string[] {
    return this.lines;
  }

  /**
   * Asks it to end by closing its input, which a host takes as "the window is gone"; after `deadline` ms kills the tree.
   * `grace` ms come before that, for a process that was asked in its own protocol and is still being told.
   */
  async stop(deadline: number, grace = 0): Promise<void> {
    this.stopping = true;
    if (!this.alive || (grace > 0 && (await this.endsWithin(grace)))) return;
    this.process.stdin.end();
    if (await this.endsWithin(deadline)) return;
    await this.kill();
  }

  /** Ends it and everything it started, now. Answers whether it is gone. */
  async kill(): Promise<boolean> {
    this.stopping = true;
    if (this.process.pid !== undefined) killTree(this.process.pid);
    return this.endsWithin(2000);
  }

  private endsWithin(milliseconds: number): Promise<boolean> {
    let timer: NodeJS.Timeout;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(!this.alive), milliseconds);
    });
    return Promise.race([this.ended.then(() => true), late]).finally(() => clearTimeout(timer));
  }

  private readLines(): void {
    let rest = '';
    this.process.stderr.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split(/\r?\n/);
      // A line without an end must not grow without one either.
      rest = (parts.pop() ?? '').slice(-10_000);
      for (const line of parts.filter((part) => part !== '')) {
        this.lines.push(line);
        if (this.lines.length > keptLines) this.lines.shift();
        this.options.onLine?.(line);
      }
    });
  }
}
