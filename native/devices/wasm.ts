// The embedded device: WebAssembly with SIMD on one CPU thread. Needs nothing installed; our kernels make it train.
import path from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { tf } from '../tf';
import type { Device } from './device';
import { freeMemory } from './memory';
import { registerWasmKernels } from './wasm-kernels/table';
import { guardMemory } from './wasm-memory';

/** Bytes: the most that the backend's module lets its memory grow to. */
const wasmHeap = 2 ** 31;

export function wasmDevice(distDir: string): Device {
  return {
    info: {
      id: 'wasm',
      name: 'WASM (embedded CPU)',
      kind: 'cpu',
      available: true,
      memory: Math.min(wasmHeap, freeMemory()),
      detail: 'built in, one thread with SIMD; right for small models and for trying things out',
    },
    async activate() {
      setWasmPaths(`${path.join(distDir, 'vendor', 'tfjs-wasm')}${path.sep}`);
      registerWasmKernels();
      if (!(await tf.setBackend('wasm'))) throw new Error('the WASM backend did not start');
      await tf.ready();
      guardMemory();
    },
    release: () => undefined,
  };
}
