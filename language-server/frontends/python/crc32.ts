// A checksum that is quick enough for a hundred megabytes.
import * as zlib from 'node:zlib';
import { createHash } from 'node:crypto';

/** CRC-32; where this Node has none (before 20.15), a part of an SHA-1. */
export function crc32(bytes: Uint8Array): number {
  const native = (zlib as { crc32?: (bytes: Uint8Array) => number }).crc32;
  return native ? native(bytes) : createHash('sha1').update(bytes).digest().readUInt32LE();
}
