// Says so when WebAssembly's memory is full: the stock backend would write over address 0, and be broken from then on.
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { tf } from '../tf';

/** Emscripten's allocator, which the backend's own types leave out. */
interface Allocator {
  _malloc(bytes: number): number;
  _free(address: number): void;
}

const guarded = new WeakSet<object>();

/** From now on an allocation that finds no room throws, and leaves what is there as it was. */
export function guardMemory(): void {
  const wasm = (tf.backend() as BackendWasm).wasm as unknown as Allocator;
  if (guarded.has(wasm)) return;
  guarded.add(wasm);
  // At their first call these put others in their own place.
  wasm._free(wasm._malloc(1));
  const allocate = wasm._malloc.bind(wasm);
  wasm._malloc = (bytes) => {
    const address = allocate(bytes);
    if (address !== 0) return address;
    throw new Error(`out of memory: WebAssembly has no room for ${Math.ceil(bytes / 2 ** 20)} MiB more`);
  };
}
