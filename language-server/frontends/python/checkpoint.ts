// Puts the interpreter's memory back to what it was, so that no trace changes the next. Between runs only: no frame of
// Python's is on the stack then, and everything that Python knows lies in its memory and in its open files.

/** What the checkpoint needs of Emscripten's module. */
export interface Memory {
  readonly HEAPU8: Uint8Array;
}
export interface StreamsFS {
  readonly streams: readonly ({ readonly fd: number } | null | undefined)[];
  close(stream: object): void;
}

export interface Checkpoint {
  readonly bytes: Uint8Array;
  readonly open: ReadonlySet<number>;
}

export function takeCheckpoint(module: Memory, FS: StreamsFS): Checkpoint {
  return { bytes: module.HEAPU8.slice(), open: new Set(streamsOf(FS).map(({ fd }) => fd)) };
}

export function restoreCheckpoint({ bytes, open }: Checkpoint, module: Memory, FS: StreamsFS): void {
  for (const stream of streamsOf(FS)) if (!open.has(stream.fd)) FS.close(stream);
  const heap = module.HEAPU8;
  heap.set(bytes);
  // Memory never shrinks. What was grown since must look as memory does that was just grown.
  heap.fill(0, bytes.length);
}

const streamsOf = (FS: StreamsFS) => FS.streams.flatMap((stream) => (stream ? [stream] : []));
