// Any vendor's GPU through WebGPU (Dawn), nothing to install. Software adapters are refused unless asked for.
import { existsSync, readFileSync } from 'node:fs';
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
  const missing = missingLoader();
  if (missing) return unavailable({ ...info, detail: missing });
  const dawn = await loadDawn(distDir);
  if (typeof dawn === 'string') return unavailable({ ...info, detail: dawn });
  let gpu: { requestAdapter(): Promise<Adapter | null> } | undefined;
  let adapter: Adapter | null;
  /** Node's own navigator, where it has one. */
  let before: PropertyDescriptor | undefined;
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
      before ??= Object.getOwnPropertyDescriptor(globalThis, 'navigator') ?? {
        value: undefined,
        configurable: true,
      };
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
      adapter = null;
      if (before) Object.defineProperty(globalThis, 'navigator', before);
      before = undefined;
    },
  };
}

/** Dawn complains on the console where Linux has no Vulkan loader, so it is looked for first. */
function missingLoader(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const library = 'libvulkan.so.1';
  const arch = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  const folders = [
    ...(process.env['LD_LIBRARY_PATH'] ?? '').split(':'),
    ...['/lib', '/usr/lib', '/usr/local/lib', '/lib64', '/usr/lib64', '/run/opengl-driver/lib'],
    ...[`/lib/${arch}-linux-gnu`, `/usr/lib/${arch}-linux-gnu`],
  ];
  if (folders.some((folder) => folder && existsSync(path.join(folder, library)))) return undefined;
  if (existsSync(cache) && readFileSync(cache).includes(library)) return undefined;
  return `the Vulkan loader (${library}) is missing: install it (libvulkan1 on Debian and Ubuntu) and your GPU's driver`;
}

/** Where the dynamic linker keeps the names of the libraries that it knows. */
const cache = '/etc/ld.so.cache';

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
