// Worker thread that loads one TF.js model file and answers with the topologies it finds. Ended by its parent.
import { parentPort, workerData } from 'node:worker_threads';
import { createTf } from './inert-tf';
import { findModels } from './find-models';
import { ModuleLoader } from './module-loader';

export interface LoadRequest {
  readonly file: string;
  /** Unsaved text of the file. */
  readonly text?: string;
}

async function load({ file, text }: LoadRequest) {
  const recorder = createTf(file);
  const exports = new ModuleLoader(recorder.tf).load(file, text);
  return findModels(exports, recorder);
}

load(workerData as LoadRequest).then(
  (models) => parentPort?.postMessage({ models }),
  (error: unknown) => parentPort?.postMessage({ error: describe(error) }),
);

/** One line: what was thrown, and the line of the user's file it came from. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { file } = workerData as LoadRequest;
  const line = error.stack?.split('\n').find((frame) => frame.includes(`${file}:`));
  const at = line?.match(/:(\d+):\d+\)?$/)?.[1];
  return `${error.message.split('\n')[0]}${at ? ` (line ${at})` : ''}`;
}
