// TensorFlow's own runtime through @tensorflow/tfjs-node-gpu, where its native binding has been built for this machine.
import { createRequire } from 'node:module';
import path from 'node:path';
import util from 'node:util';
import { existsSync } from 'node:fs';
import { tf } from '../tf';
import { type Device, unavailable } from './device';

type Kind = 'cuda' | 'tensorflow';

const describe = {
  cuda: { id: 'cuda', name: 'CUDA (TensorFlow)', kind: 'gpu' },
  tensorflow: { id: 'tensorflow', name: 'TensorFlow (CPU)', kind: 'cpu' },
} as const;

export async function tensorflowDevice(kind: Kind): Promise<Device> {
  const info = describe[kind];
  const problem = missing();
  if (problem) return unavailable({ ...info, detail: problem });
  try {
    const gpu = await hasGpu();
    if ((kind === 'cuda') !== gpu) {
      return unavailable({
        ...info,
        detail: gpu ? 'this TensorFlow computes on the GPU; use cuda' : 'TensorFlow sees no CUDA device',
      });
    }
  } catch (error) {
    return unavailable({
      ...info,
      detail: `its native binding does not load: ${(error as Error).message.split('\n')[0]}`,
    });
  }
  return {
    info: { ...info, available: true, detail: kind === 'cuda' ? 'NVIDIA GPU' : 'all CPU cores' },
    async activate() {
      if (!(await tf.setBackend('tensorflow'))) throw new Error('the TensorFlow backend did not start');
      await tf.ready();
    },
    release: () => undefined,
  };
}

/** Resolved from where the process runs: the packaged extension does not carry the package, an installation may. */
function packageFolder(): string | undefined {
  try {
    const require = createRequire(path.join(process.cwd(), 'package.json'));
    return path.dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
  } catch {
    return undefined;
  }
}

function missing(): string | undefined {
  const folder = packageFolder();
  if (!folder) return '@tensorflow/tfjs-node-gpu is not installed';
  const binding = path.join(folder, 'lib', 'napi-v8', 'tfjs_binding.node');
  return existsSync(binding)
    ? undefined
    : 'the native TensorFlow binding is not built on this machine; training runs on wasm';
}

let probed: boolean | undefined;

/** Whether the binding computes on a GPU. Looking must not move a computation that runs elsewhere. */
async function hasGpu(): Promise<boolean> {
  if (probed !== undefined) return probed;
  // Node 23 removed two helpers that the package still calls.
  const helpers = util as unknown as Record<string, unknown>;
  helpers['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  helpers['isArray'] ??= Array.isArray;
  const current = tf.engine().backendName;
  try {
    // The package makes itself the active backend when it is loaded.
    createRequire(path.join(packageFolder()!, 'package.json'))('@tensorflow/tfjs-node-gpu');
    const backend = tf.findBackend('tensorflow') as { isUsingGpuDevice?: boolean } | null;
    if (!backend) throw new Error('it registers no backend');
    probed = backend.isUsingGpuDevice === true;
    return probed;
  } finally {
    if (current) await tf.setBackend(current);
  }
}
