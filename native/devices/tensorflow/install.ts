// Bring your own TensorFlow: find or fetch it, link our binding to it, try it in a process of its own, remember it.
import path from 'node:path';
import { buildBinding } from './build';
import { checkBinding } from './diagnose';
import { fetchTensorFlow } from './fetch';
import { whyNoGpu } from './gpu';
import { findTensorFlow, type TensorFlow } from './find';
import { installFolder, type Installed, writeInstalled } from './installed';

export interface InstallOptions {
  readonly distDir: string;
  /** Folders whose environments are looked into. */
  readonly folders: readonly string[];
  /** Fetch it by pip where there is none. */
  readonly fetch: boolean;
  /** Fetch the one for NVIDIA GPUs. */
  readonly gpu: boolean;
  readonly signal: AbortSignal;
  /** One line for people at every step. */
  readonly onStep: (text: string) => void;
}

/** Rejects with one line; what was installed before stays. */
export async function installTensorFlow(options: InstallOptions): Promise<Installed> {
  const { distDir, signal, onStep } = options;
  const found = await locate(options);
  onStep(`linking to TensorFlow ${found.version} in ${found.folder}`);
  const binding = await buildBinding(found, { distDir, into: installFolder(), signal });
  onStep('trying it');
  const checked = await checkBinding(binding, distDir, signal);
  if ('problem' in checked) throw new Error(`TensorFlow ${found.version} cannot be used: ${checked.problem}`);
  const record: Installed = {
    version: 1,
    tensorflow: found.version,
    folder: found.folder,
    binding,
    gpu: checked.gpu,
    ...(checked.gpu ? {} : { whyNoGpu: whyNoGpu(found) }),
  };
  writeInstalled(record);
  return record;
}

/** The C library that we link to is in the wheels of Linux and macOS alone. */
const onWindows = 'TensorFlow cannot be linked on Windows: train on webgpu, or open the folder in WSL';

async function locate({ folders, fetch, gpu, signal, onStep }: InstallOptions): Promise<TensorFlow> {
  if (process.platform === 'win32') throw new Error(onWindows);
  const own = path.join(installFolder(), 'environment');
  const found = findTensorFlow({ env: process.env, folders, own });
  if (found && (!gpu || found.cuda.length > 0 || process.env['ESPALIER_TENSORFLOW'])) return found;
  if (fetch) {
    onStep('fetching TensorFlow by pip');
    return fetchTensorFlow({ into: own, gpu, signal, onLine: onStep });
  }
  const named = process.env['ESPALIER_TENSORFLOW'];
  throw new Error(
    named
      ? `there is no TensorFlow in ${named}, which ESPALIER_TENSORFLOW names`
      : 'no Python environment here has TensorFlow: install it there (pip install tensorflow), or let Espalier fetch it',
  );
}
