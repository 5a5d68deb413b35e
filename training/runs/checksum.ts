// A checkpoint's checksum: a disk that lost a block, or a copy that was cut short in the middle, is told from a good file.
import { createHash } from 'node:crypto';
import type { TensorData } from '../../core/graph/tensor';

/** SHA-256 over `meta` and each tensor's name, shape and bytes, in the map's order; hexadecimal. */
export function checksumOf(meta: string, tensors: ReadonlyMap<string, TensorData>): string {
  const hash = createHash('sha256').update(meta);
  for (const [name, { shape, data }] of tensors) {
    hash.update(`\n${name}\n${shape.join('×')}\n`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}
