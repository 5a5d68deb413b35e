// The assembled kernels, instantiated on the memory in which the WASM backend keeps its tensors.
import type { Info, Wasm } from '../heap';
import { assemble, type Routine } from './assembler';
import { gradientSums, line, plane, squares, sums } from './channelwise';
import { gathers, outers } from './conv';
import { depthwiseFilter, depthwiseInput } from './depthwise';
import { adam, masked, reluGrad } from './elementwise';
import { engine, type Run } from './engine';
import { maxPoolGrad } from './pool';

const routines: readonly Routine[] = [
  ...[reluGrad, adam, masked, sums, squares, gradientSums, line, plane],
  ...[...gathers, ...outers, depthwiseFilter, depthwiseInput, maxPoolGrad],
];
const instances = new WeakMap<Wasm, Readonly<Record<string, Run>>>();

/** Calls an assembled kernel. Arguments are addresses, byte counts and numbers, as its own comment lists them. */
export function simd(backend: Wasm, name: string, ...args: readonly number[]): void {
  let exports = instances.get(backend);
  if (!exports) {
    // Emscripten keeps what its module exports under `asm`.
    const { memory } = (backend.wasm as unknown as { readonly asm: { readonly memory: object } }).asm;
    exports = new engine.Instance(new engine.Module(assemble(routines)), { env: { memory } }).exports;
    instances.set(backend, exports);
  }
  exports[name]!(...args);
}

/** Where a tensor lies in memory. */
export const address = (backend: Wasm, { dataId }: Info): number => backend.getMemoryOffset(dataId);

/** Scratch memory with these integers in it; the caller frees it. */
export function table(backend: Wasm, values: Int32Array): Info {
  const info = backend.makeOutput([values.length], 'int32');
  (backend.typedArrayFromHeap(info) as Int32Array).set(values);
  return info;
}
