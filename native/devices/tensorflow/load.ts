// Loads a binding into this process as tf's backend `tensorflow`. The kernels that call it are part of our bundle.
import { createRequire } from 'node:module';
import util from 'node:util';
import { tf } from '../../tf';
import { registerTensorFlowKernels } from './kernels/table';

export interface Backend {
  readonly binding: Binding;
  readonly isUsingGpuDevice: boolean;
}

/** What the binding says of itself; the package's kernels call the rest. */
interface Binding {
  isUsingGpuDevice(): boolean;
}

let loaded: { readonly binding: string; readonly backend: Promise<Backend> } | undefined;

/** Once a process, which cannot hold two TensorFlows. Rejects with the loader's own words. */
export async function loadBackend(binding: string): Promise<Backend> {
  loaded ??= { binding, backend: load(binding) };
  if (loaded.binding !== binding)
    throw new Error(
      'another TensorFlow was linked since this process loaded one; restart it (Espalier: Restart)',
    );
  return loaded.backend;
}

async function load(file: string): Promise<Backend> {
  quiet();
  // Node 23 removed two helpers that the package still calls.
  const helpers = util as unknown as Record<string, unknown>;
  helpers['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  helpers['isArray'] ??= Array.isArray;
  const binding = createRequire(file)(file) as Binding;
  const { NodeJSKernelBackend } = await import('@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend');
  await import('@tensorflow/tfjs-node-gpu/dist/register_all_kernels');
  // Its constructor is of the days before classes and cannot call that of a class, so we do what it would.
  const backend = Object.create(NodeJSKernelBackend.prototype) as Backend & Record<string, unknown>;
  Object.assign(backend, {
    binding,
    isGPUPackage: true,
    isUsingGpuDevice: binding.isUsingGpuDevice(),
  });
  backend['tensorMap'] = new tf.DataStorage(backend as never, tf.engine());
  registerTensorFlowKernels();
  tf.registerBackend('tensorflow', () => backend as never, 3);
  return backend;
}

/** TensorFlow reads these when it starts: how much it says, and how many threads it takes. */
function quiet(): void {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  const threads = process.env['ESPALIER_THREADS'];
  if (!threads) return;
  process.env['TF_NUM_INTRAOP_THREADS'] ??= threads;
  process.env['TF_NUM_INTEROP_THREADS'] ??= '1';
}
