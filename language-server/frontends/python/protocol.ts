// What the frontend and its sandbox thread say to each other.
import type { TraceResult } from '../frontend';

/** Given to the thread when it starts. */
export interface WorkerSettings {
  /** Folder that holds `vendor/pyodide` and `vendor/sandbox`. */
  readonly distDir: string;
  /** Byte {@link signalBytes.interrupt} makes Python raise KeyboardInterrupt; the other says that it was noticed. */
  readonly signals: SharedArrayBuffer;
  readonly memoryBytes: number;
  /** Where memory with packages imported is kept between sessions; nowhere when left out. */
  readonly cacheDir?: string | undefined;
}

export const signalBytes = { interrupt: 0, noticed: 1 } as const;

/** One file to trace; sent to the thread. */
export interface TraceJob {
  readonly id: number;
  readonly file: string;
  readonly text: string;
  readonly workspaceFolder: string;
  readonly packages: readonly string[];
  readonly openFiles: readonly (readonly [file: string, text: string])[];
  readonly deadlineMs: number;
  /** Whether literals are followed to what becomes of them. */
  readonly written: boolean;
  /** Names of modules to import, where the job is to import them ahead of a trace. */
  readonly ahead?: readonly string[];
}

/** Sent by the thread. After `lost` it is unusable and ends. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'done';
      readonly id: number;
      readonly result: TraceResult;
      /** Workspace files that the trace read, or looked for: when one changes, the answer may. */
      readonly dependencies: readonly string[];
      /** Memory never shrinks: past three eighths of the cap the thread is replaced; starting anew is a second. */
      readonly heapBytes: number;
    }
  | { readonly kind: 'lost'; readonly id: number; readonly reason: string };
