// Fetches TensorFlow by pip into an environment of our own, when the user asks for it.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type TensorFlow, tensorFlowAt } from './find';
import { runTool } from './run-tool';

export interface FetchOptions {
  /** The environment's folder. */
  readonly into: string;
  /** With the CUDA libraries: two gigabytes more. */
  readonly gpu: boolean;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/** Where packages come from is the user's own pip configuration. Rejects with one line. */
export async function fetchTensorFlow({ into, gpu, signal, onLine }: FetchOptions): Promise<TensorFlow> {
  const python = process.platform === 'win32' ? 'python' : 'python3';
  const own = path.join(into, 'bin', 'python');
  const missing = `there is no ${python} to fetch TensorFlow with: install Python 3, or name a TensorFlow by ESPALIER_TENSORFLOW`;
  if (!existsSync(own))
    await runTool(python, ['-m', 'venv', into], {
      signal,
      missing,
      failed: 'no Python environment can be made',
      onLine,
    });
  const wanted = gpu
    ? 'tensorflow[and-cuda]'
    : process.platform === 'darwin'
      ? 'tensorflow'
      : 'tensorflow-cpu';
  await runTool(
    own,
    ['-m', 'pip', 'install', '--disable-pip-version-check', '--progress-bar', 'off', wanted],
    {
      signal,
      missing,
      failed: `pip cannot install ${wanted}`,
      onLine,
    },
  );
  const found = tensorFlowAt(into);
  if (!found)
    throw new Error(`pip installed ${wanted}, but its libraries are not where they should be in ${into}`);
  return found;
}
