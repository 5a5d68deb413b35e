// Reads one IDX file, gzipped or not. Format: http://yann.lecun.com/exdb/mnist, "the IDX file format".
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

export interface IdxFile {
  /** The first is the number of samples. */
  readonly dims: readonly number[];
  readonly bytes: Uint8Array;
}

/** A gzip bomb ends here; ImageNet at 64×64 would not. */
const maxBytes = 2 ** 31 - 1;
const unzip = promisify(gunzip);

/** Unsigned bytes only, which is all that images and labels come in. Rejects with one line that names the file. */
export async function readIdx(file: string): Promise<IdxFile> {
  const bytes = await contents(file);
  const wrong = (what: string) => new Error(`${file} is no usable IDX file: ${what}`);
  if (bytes.length < 4) throw wrong(`it has ${bytes.length} bytes, its header alone needs more`);
  const [zero1, zero2, type, rank] = bytes as unknown as [number, number, number, number];
  if (zero1 !== 0 || zero2 !== 0)
    throw wrong(`it begins with bytes ${hex(bytes.subarray(0, 4))}, an IDX file with 00 00`);
  if (type !== 8)
    throw wrong(`its elements are of type 0x${type.toString(16)}, only unsigned bytes (0x8) are read`);
  const header = 4 + 4 * rank;
  if (rank === 0) throw wrong('it says that it has no dimensions');
  if (bytes.length < header) throw wrong(`it has ${bytes.length} bytes, its header alone needs ${header}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dims = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const expected = header + dims.reduce((n, dim) => n * dim, 1);
  if (bytes.length !== expected) {
    const fault = bytes.length < expected ? 'is truncated' : 'has bytes after its end';
    throw wrong(`it ${fault}: ${dims.join('×')} need ${expected} bytes, it has ${bytes.length}`);
  }
  return { dims, bytes: bytes.subarray(header) };
}

async function contents(file: string): Promise<Uint8Array> {
  let raw: Buffer;
  try {
    raw = await readFile(file);
  } catch (error) {
    throw new Error(`${file} cannot be read: ${reason(error as NodeJS.ErrnoException)}`);
  }
  // By content, not by name: unpacked files are often left with their name.
  if (raw[0] !== 0x1f || raw[1] !== 0x8b) return raw;
  try {
    return await unzip(raw, { maxOutputLength: maxBytes });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const what =
      code === 'Z_BUF_ERROR'
        ? `it is truncated after ${raw.length} bytes`
        : code === 'ERR_BUFFER_TOO_LARGE'
          ? `it unpacks to more than ${maxBytes} bytes`
          : (error as Error).message;
    throw new Error(`${file} cannot be unpacked: ${what}; download ${path.basename(file)} again`);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
};

const reason = ({ code, message }: NodeJS.ErrnoException): string => reasons[code ?? ''] ?? message;
const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
