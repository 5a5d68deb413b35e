// Loads a TF.js model file in a worker thread of its own, with a deadline: a file may loop or exit.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { TfjsModel } from '../../core/protocol/training-host';

export interface LoadOptions {
  /** Where tfjs-worker.cjs lies. */
  readonly distDir: string;
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

/** Rejects with one line: what failed in the file, or that it took too long. */
export function loadTfjsModels(
  file: string,
  text: string | undefined,
  { distDir, deadlineMs = 15_000, signal }: LoadOptions,
): Promise<TfjsModel[]> {
  const name = path.basename(file);
  if (text === undefined && !existsSync(file)) return Promise.reject(new Error(`${name} does not exist`));
  const worker = new Worker(path.join(distDir, 'tfjs-worker.cjs'), {
    workerData: { file, text },
    // The file's own logging must not reach our stdout, which carries the protocol.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  return new Promise<TfjsModel[]>((resolve, reject) => {
    const fail = (message: string) => reject(new Error(message));
    const timer = setTimeout(
      () => fail(`${name} did not finish loading in ${deadlineMs / 1000} s`),
      deadlineMs,
    );
    const cancel = () => fail(`loading ${name} was cancelled`);
    signal?.addEventListener('abort', cancel, { once: true });
    worker.once('message', (answer: { models?: TfjsModel[]; error?: string }) => {
      if (answer.models) resolve(answer.models);
      else fail(`${name}: ${answer.error ?? 'no answer'}`);
    });
    worker.once('error', (error) => fail(`${name}: ${error.message}`));
    worker.once('exit', (code) => fail(`${name} ended the process that was reading it (exit code ${code})`));
    worker.once('exit', () => clearTimeout(timer));
  }).finally(() => void worker.terminate());
}
