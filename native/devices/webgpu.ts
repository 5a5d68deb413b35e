// Any vendor's GPU through WebGPU (Dawn), nothing to install. Software adapters are refused unless asked for.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { tf } from '../tf';
import { type Device, unavailable } from './device';

interface DawnModule {
  create(options: readonly string[]): unknown;
  readonly globals: Record<string, unknown>;
}

interface Adapter {
  readonly info?: {
    readonly vendor?: string;
    readonly architecture?: string;
    readonly device?: string;
    readonly description?: string;
  };
  readonly isFallbackAdapter?: boolean;
}

const info = { id: 'webgpu', name: 'WebGPU', kind: 'gpu' } as const;
/** What software renderers call themselves. They are correct, and slower than WASM by an order of magnitude. */
const software = /swiftshader|llvmpipe|lavapipe|software|\bcpu\b/i;

export async function webgpuDevice(distDir: string): Promise<Device> {
  const dawn = await loadDawn(distDir);
  if (typeof dawn === 'string') return unavailable({ ...info, detail: dawn });
  let gpu: { requestAdapter(): Promise<Adapter | null> } | undefined;
  let adapter: Adapter | null;
  try {
    gpu = dawn.create([]) as typeof gpu;
    adapter = await gpu!.requestAdapter();
  } catch (error) {
    return unavailable({
      ...info,
      detail: `Dawn does not start: ${(error as Error).message.split('\n')[0]}`,
    });
  }
  const name = adapter ? adapterName(adapter) : '';
  if (!adapter)
    return unavailable({ ...info, detail: 'no GPU with a Vulkan, Metal or D3D12 driver was found' });
  if ((adapter.isFallbackAdapter || software.test(name)) && !process.env['ESPALIER_SOFTWARE_GPU']) {
    return unavailable({
      ...info,
      detail: `only a software renderer was found (${name}); set ESPALIER_SOFTWARE_GPU=1 to use it anyway`,
    });
  }
  return {
    info: {
      ...info,
      name: `WebGPU (${name})`,
      available: true,
      detail: 'trains on the GPU in 32-bit floats',
    },
    async activate() {
      // The backend registers itself on import, and only if it finds navigator.gpu by then.
      Object.assign(globalThis, dawn.globals);
      Object.defineProperty(globalThis, 'navigator', {
        value: { gpu, userAgent: 'node' },
        configurable: true,
      });
      await import('@tensorflow/tfjs-backend-webgpu');
      if (!(await tf.setBackend('webgpu'))) throw new Error('the WebGPU backend did not start');
      await tf.ready();
    },
    release() {
      // Dawn keeps the process alive for as long as the object is.
      gpu = undefined;
      Object.defineProperty(globalThis, 'navigator', { value: undefined, configurable: true });
    },
  };
}

/** The module, or one line that says why there is none. It is an ES module: found by path, imported by URL. */
async function loadDawn(distDir: string): Promise<DawnModule | string> {
  const places = [path.join(distDir, 'vendor'), process.cwd()].map((folder) =>
    path.join(folder, 'node_modules/webgpu/index.js'),
  );
  const file = places.find((place) => existsSync(place));
  if (!file) return 'Dawn is not part of this build';
  try {
    return (await import(pathToFileURL(file).href)) as DawnModule;
  } catch (error) {
    return `Dawn does not load: ${(error as Error).message.split('\n')[0]}`;
  }
}

function adapterName({ info: details }: Adapter): string {
  const parts = [details?.vendor, details?.architecture, details?.device, details?.description];
  return parts.filter((part) => part).join(' ') || 'unnamed adapter';
}
