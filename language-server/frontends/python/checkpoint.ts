// Puts the interpreter's memory back to what it was, so that no trace changes the next. Between runs only: no frame of
// Python's is on the stack then, and everything that Python knows lies in its memory and in its open files.
import type { Room } from './room';

/** What the checkpoint needs of Emscripten's module. */
export interface Memory {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
}
export interface StreamsFS {
  readonly streams: readonly ({ readonly fd: number } | null | undefined)[];
  close(stream: object): void;
}

export interface Checkpoint {
  readonly bytes: Uint8Array;
  readonly open: ReadonlySet<number>;
}

/** A later state, as the pages that differ from a checkpoint. */
export interface Change {
  /** Of the whole memory. */
  readonly size: number;
  /** Numbers of the pages that differ, ascending. */
  readonly pages: Uint32Array;
  /** Those pages, one after the other. */
  readonly bytes: Uint8Array;
}

/** WebAssembly's own: memory grows by it. */
export const pageBytes = 65_536;

export function takeCheckpoint(module: Memory, FS: StreamsFS): Checkpoint {
  return { bytes: module.HEAPU8.slice(), open: new Set(streamsOf(FS).map(({ fd }) => fd)) };
}

/** What has changed since a checkpoint, or undefined where it is too much. The open files must be those of then. */
export function changeSince(
  { bytes: base }: Checkpoint,
  { HEAPU8: now }: Memory,
  room: Room,
): Change | undefined {
  const zero = Buffer.alloc(pageBytes);
  const [before, after] = [Buffer.from(base.buffer, base.byteOffset, base.length), Buffer.from(now.buffer)];
  const pages: number[] = [];
  for (let at = 0; at < after.length; at += pageBytes) {
    const old = at < before.length ? before.subarray(at, at + pageBytes) : zero;
    if (!after.subarray(at, at + pageBytes).equals(old)) pages.push(at / pageBytes);
  }
  const bytes = room.take(pages.length * pageBytes);
  if (!bytes) return undefined;
  pages.forEach((page, i) =>
    bytes.set(now.subarray(page * pageBytes, (page + 1) * pageBytes), i * pageBytes),
  );
  return { size: now.length, pages: Uint32Array.from(pages), bytes };
}

/** @param change made on top of the checkpoint; the same interpreter may have made it, or another that began alike. */
export function restoreCheckpoint(
  { bytes, open }: Checkpoint,
  module: Memory,
  FS: StreamsFS,
  change?: Change,
): void {
  for (const stream of streamsOf(FS)) if (!open.has(stream.fd)) FS.close(stream);
  // Growing is the allocator's business; what it notes of that is overwritten at once.
  const missing = (change?.size ?? 0) - module.HEAPU8.length;
  if (missing > 0) module._free(module._malloc(change!.size));
  const heap = module.HEAPU8;
  heap.set(bytes);
  // Memory never shrinks. What was grown since must look as memory does that was just grown.
  heap.fill(0, bytes.length);
  change?.pages.forEach((page, i) =>
    heap.set(change.bytes.subarray(i * pageBytes, (i + 1) * pageBytes), page * pageBytes),
  );
}

const streamsOf = (FS: StreamsFS) => FS.streams.flatMap((stream) => (stream ? [stream] : []));
