// TensorFlow's own runtime as a device: on an NVIDIA GPU, or on the cores of the CPU. The user brings the TensorFlow.
import type { DeviceInfo } from '../../../core/protocol/training-host';
import { tf } from '../../tf';
import type { Device } from '../device';
import { freeMemory } from '../memory';
import { listGpus } from './gpu';
import { type Installed, readInstalled } from './installed';
import { loadBackend } from './load';

type Kind = 'cuda' | 'tensorflow';

const described = {
  cuda: { id: 'cuda', name: 'CUDA (TensorFlow)', kind: 'gpu' },
  tensorflow: { id: 'tensorflow', name: 'TensorFlow (CPU)', kind: 'cpu' },
} as const;

export function tensorflowDevice(kind: Kind): Device {
  return {
    // Read anew, as a TensorFlow may be linked while this process runs.
    get info() {
      return infoOf(kind, readInstalled());
    },
    async activate() {
      const installed = readInstalled();
      const info = infoOf(kind, installed);
      if (!installed || !info.available) throw new Error(`${info.name} cannot be used: ${info.detail}`);
      await loadBackend(installed.binding).catch((error: Error) => {
        const said = error.message.split('\n')[0]!;
        throw new Error(`${info.name} cannot be used: ${said}; run Install GPU Backend again`);
      });
      if (!(await tf.setBackend('tensorflow'))) throw new Error('the TensorFlow backend did not start');
      await tf.ready();
    },
    release: () => undefined,
  };
}

/** Loading a GPU's runtime costs seconds and memory, so what the check saw is believed until somebody wants to compute. */
function infoOf(kind: Kind, installed: Installed | undefined): DeviceInfo {
  const info = described[kind];
  if (!installed) {
    const detail =
      'no TensorFlow is linked: run "Espalier: Install GPU Backend", or espalier devices install';
    return { ...info, available: false, detail };
  }
  const { tensorflow, gpu, whyNoGpu } = installed;
  if (kind === 'tensorflow') {
    return gpu
      ? { ...info, available: false, detail: `TensorFlow ${tensorflow} computes on the GPU; use cuda` }
      : { ...info, available: true, detail: `TensorFlow ${tensorflow} on ${cores()}`, memory: freeMemory() };
  }
  if (!gpu) return { ...info, available: false, detail: whyNoGpu ?? `TensorFlow ${tensorflow} sees no GPU` };
  const gpus = listGpus();
  if (typeof gpus === 'string') return { ...info, available: false, detail: gpus };
  const [first] = gpus;
  if (!first) return { ...info, available: false, detail: 'the NVIDIA driver sees no GPU any more' };
  const { total } = first.memory;
  return {
    ...info,
    available: true,
    detail: `TensorFlow ${tensorflow} on ${first.name}, driver ${first.driver}`,
    ...(Number.isFinite(total) ? { memory: first.memory.free } : {}),
  };
}

function cores(): string {
  const threads = Number(process.env['ESPALIER_THREADS']);
  if (!(threads > 0)) return 'all CPU cores';
  return threads === 1 ? 'one thread' : `${threads} threads`;
}
