// Bytes that are read in pieces: of a file that may be larger than memory, or of an array in tests.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { type ByteReader, bytesReader } from '../../../core/formats/byte-reader';

export interface ByteSource extends ByteReader {
  /** The same in pieces of bounded size, with room for other work between them. */
  stream(offset: number, length: number): AsyncIterable<Uint8Array>;
  close(): void;
}

/** Large enough that the disk is busy, small enough that whoever waits for another answer does not notice. */
const piece = 1 << 20;

const shorter = (): Error => new Error('the file is shorter than it says');

export function arraySource(bytes: Uint8Array): ByteSource {
  const reader = bytesReader(bytes);
  return {
    ...reader,
    async *stream(offset, length) {
      for (let done = 0; done < length; done += piece) {
        yield await Promise.resolve(reader.read(offset + done, Math.min(piece, length - done)));
      }
    },
    close: () => undefined,
  };
}

/** Throws where the file cannot be opened, with its reason. */
export function fileSource(file: string): ByteSource {
  const handle = openSync(file, 'r');
  const stat = fstatSync(handle);
  if (!stat.isFile()) {
    closeSync(handle);
    throw new Error(`${file} is not a file`);
  }
  const { size } = stat;
  return {
    size,
    read(offset, length) {
      if (!(offset >= 0 && length >= 0 && offset + length <= size)) throw shorter();
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length;) {
        const got = readSync(handle, bytes, done, length - done, offset + done);
        if (got === 0) throw shorter();
        done += got;
      }
      return bytes;
    },
    async *stream(offset, length) {
      const reader = await open(file, 'r');
      // One buffer for all pieces: whoever takes a piece is done with it before asking for the next.
      const bytes = new Uint8Array(Math.min(piece, length));
      try {
        for (let done = 0; done < length;) {
          const want = Math.min(bytes.length, length - done);
          const { bytesRead } = await reader.read(bytes, 0, want, offset + done);
          if (bytesRead === 0) throw shorter();
          done += bytesRead;
          yield bytes.subarray(0, bytesRead);
        }
      } finally {
        await reader.close();
      }
    },
    close: () => closeSync(handle),
  };
}

/** Several sources one after another, as one. */
export function joinedSource(sources: readonly ByteSource[]): ByteSource {
  const size = sources.reduce((n, source) => n + source.size, 0);
  /** The parts of the sources that a stretch lies in. */
  function* parts(offset: number, length: number) {
    if (!(offset >= 0 && length >= 0 && offset + length <= size)) throw shorter();
    let start = 0;
    for (const source of sources) {
      const from = Math.max(0, offset - start);
      const to = Math.min(source.size, offset + length - start);
      if (from < to) yield { source, offset: from, length: to - from };
      start += source.size;
    }
  }
  return {
    size,
    read(offset, length) {
      const bytes = new Uint8Array(length);
      let done = 0;
      for (const part of parts(offset, length)) {
        bytes.set(part.source.read(part.offset, part.length), done);
        done += part.length;
      }
      return bytes;
    },
    async *stream(offset, length) {
      for (const part of parts(offset, length)) yield* part.source.stream(part.offset, part.length);
    },
    close() {
      for (const source of sources) source.close();
    },
  };
}
