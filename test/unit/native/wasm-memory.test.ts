// What happens when WebAssembly's four gigabytes are full: one error, and everything goes on as before.
import path from 'node:path';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { expect, it } from 'vitest';
import { wasmDevice } from '../../../native/devices/wasm';
import { tf } from '../../../native/tf';
import { isOutOfMemory } from '../../../training/trainer/out-of-memory';

it('says that memory is full, leaves what is there as it was, and computes again once some is free', async () => {
  await wasmDevice(path.resolve('dist')).activate();
  const backend = tf.backend() as BackendWasm;
  const before = tf.tensor1d([1, 2, 3]);
  // Reserved, never touched: the machine gives pages only to what is written.
  const large = [1600, 1600].map((mebibytes) => backend.makeOutput([mebibytes * 2 ** 18], 'float32'));
  let caught: unknown;
  try {
    backend.makeOutput([1200 * 2 ** 18], 'float32');
  } catch (error) {
    caught = error;
  }
  expect((caught as Error).message).toBe('out of memory: WebAssembly has no room for 1200 MiB more');
  expect(isOutOfMemory(caught)).toBe(true);
  for (const { dataId } of large) backend.disposeData(dataId);
  expect([...(await tf.add(before, 1).data())]).toEqual([2, 3, 4]);
  expect([...(await before.data())]).toEqual([1, 2, 3]);
});
